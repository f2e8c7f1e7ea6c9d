// A PDS and its directory on loopback, with files in TMPDIR; says where they are, and ends with its input.
import net from 'node:net'

// Whatever listens here, listens on loopback only.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...asked) {
  if (typeof asked[0] === 'number') {
    return listen.call(this, { port: asked[0], host: '127.0.0.1' }, ...asked.filter((each) => typeof each === 'function'))
  }
  if (asked[0] && typeof asked[0] === 'object' && 'port' in asked[0]) asked[0] = { ...asked[0], host: '127.0.0.1' }
  return listen.apply(this, asked)
}

const { TestNetworkNoAppView } = await import('@atproto/dev-env')
const network = await TestNetworkNoAppView.create({ pds: { maxSubscriptionBuffer: 500 } })
console.log(JSON.stringify({ pds: network.pds.port, directory: network.plc.port }))

const end = () => network.close().finally(() => process.exit(0))
process.on('SIGTERM', end)
process.stdin.on('end', end).resume()
