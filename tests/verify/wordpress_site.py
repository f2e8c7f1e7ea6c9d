"""A real WordPress on loopback: MariaDB on a socket, PHP's own server, both gone with the test."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import stamina

_SHARED = Path("/usr/share/wordpress")
_THEME = "twentytwentyone"
_OURS = Path(__file__).parent / "wordpress"
_PROGRAMS = ("mariadbd", "mariadb-install-db", "mariadb", "php")
_PACKAGES = (
    "wordpress wordpress-theme-twentytwentyone mariadb-server-core mariadb-client-core"
    " php-cli php-mysql php-gd php-curl php-xml"
)
_START_S = 30


@dataclass(frozen=True)
class WordPress:
    """A site, and the application password of its keeper."""

    url: str
    password: str

    @property
    def port(self) -> int:
        return int(httpx.URL(self.url).port or 80)

    def upload(self, name: str, data: bytes) -> dict[str, Any]:
        """Put a picture into the library, as a phone's app does."""
        told = {"Content-Disposition": f'attachment; filename="{name}"'}
        return self._post("media", told, content=data, kind="image/jpeg")

    def publish(self, title: str, html: str) -> dict[str, Any]:
        """Publish a post."""
        return self._post("posts", json={"title": title, "content": html, "status": "publish"})

    def _post(
        self, what: str, told: Mapping[str, str] | None = None, *, kind: str = "", **body: Any
    ) -> dict[str, Any]:
        headers = {**(told or {}), **({"Content-Type": kind} if kind else {})}
        answer = httpx.post(
            f"{self.url}/wp-json/wp/v2/{what}",
            headers=headers,
            auth=("keeper", self.password),
            timeout=30,
            trust_env=False,
            **body,
        )
        return dict(answer.raise_for_status().json())


@contextmanager
def wordpress() -> Iterator[WordPress]:
    """A site just installed; skips where Debian's packages aren't there."""
    themes = _SHARED / "wp-content/themes" / _THEME
    if not themes.exists() or any(_program(name) is None for name in _PROGRAMS):
        pytest.skip(f"needs WordPress: apt-get install --no-install-recommends {_PACKAGES}")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wp-")))
        database = stack.enter_context(_database(folder))
        root = _tree(folder)
        url = f"http://127.0.0.1:{_free_port()}"
        told = {
            **os.environ,
            "WORDPRESS_SOCKET": str(database),
            "WORDPRESS_HOME": url,
            "WORDPRESS_ROOT": str(root),
            "PHP_CLI_SERVER_WORKERS": "2",
        }
        said = _ran("php", _OURS / "install.php", env=told)
        password = said.partition("password:")[2].split()[0]
        stack.enter_context(_server(url, root, told))
        yield WordPress(url, password)


@contextmanager
def _database(folder: Path) -> Iterator[Path]:
    """MariaDB with a folder and a socket of its own, and no port."""
    data, at = folder / "data", folder / "db.sock"
    user = f"--user={'root' if os.geteuid() == 0 else os.environ.get('USER', 'nobody')}"
    making = ["--auth-root-authentication-method=normal", "--skip-test-db", f"--datadir={data}"]
    _ran("mariadb-install-db", "--no-defaults", user, *making)
    quick = ["--skip-networking", "--skip-log-bin", "--innodb-flush-log-at-trx-commit=0"]
    line = ["mariadbd", "--no-defaults", user, f"--datadir={data}", f"--socket={at}", *quick]
    with _running(line, folder / "db.log", dict(os.environ)):
        for attempt in _trying(subprocess.CalledProcessError):
            with attempt:
                _ran(
                    "mariadb", "--no-defaults", f"--socket={at}", "-e", "CREATE DATABASE wordpress"
                )
        yield at


@contextmanager
def _server(url: str, root: Path, told: Mapping[str, str]) -> Iterator[None]:
    line = ["php", "-S", url.partition("//")[2], "-t", str(root), str(_OURS / "router.php")]
    with _running(line, root.parent / "php.log", told):
        for attempt in _trying(httpx.HTTPError):
            with attempt:
                httpx.get(f"{url}/wp-json/", timeout=30, trust_env=False).raise_for_status()
        yield


@contextmanager
def _running(line: list[str], log: Path, told: Mapping[str, str]) -> Iterator[None]:
    """A program of ours, ended with all that it started."""
    program = _program(line[0]) or line[0]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [program, *line[1:]], stdout=out, stderr=out, env=dict(told), start_new_session=True
        )
        try:
            yield
        finally:
            os.killpg(process.pid, 15)
            process.wait(_START_S)


def _trying(flaw: type[Exception]) -> Iterable[stamina.Attempt]:
    return stamina.retry_context(
        on=flaw, attempts=None, timeout=_START_S, wait_initial=0.1, wait_max=0.5
    )


def _tree(folder: Path) -> Path:
    """Its own entry files and uploads; the rest is Debian's, read where it lies."""
    root = folder / "site"
    (root / "wp-content/uploads").mkdir(parents=True)
    (root / "wp-content/themes").mkdir()
    (root / "wp-content/themes" / _THEME).symlink_to(_SHARED / "wp-content/themes" / _THEME)
    for name in ("wp-includes", "wp-admin"):
        (root / name).symlink_to(_SHARED / name)
    for file in _SHARED.glob("*.php"):
        shutil.copy(file, root / file.name)
    shutil.copy(_OURS / "wp-config.php", root / "wp-config.php")
    return root


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def _ran(name: str, *words: str | Path, env: Mapping[str, str] | None = None) -> str:
    line = [str(_program(name)), *map(str, words)]
    done = subprocess.run(line, capture_output=True, text=True, check=True, env=env, timeout=120)
    return done.stdout


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
