// What is filled into a form, kept over its redrawings, and where its errors go.

const HELD = ["value", "selected_option", "selected_options", "selected_user", "selected_users", "selected_conversation", "selected_conversations", "selected_channel", "selected_channels", "selected_date", "selected_time", "selected_date_time"];
const keyOf = (block, element) => `${block.block_id} ${element.action_id}`;

export class FormState {
  /** `before` is what was filled into the same form before it was drawn anew. */
  constructor(view, before) {
    Object.assign(this, { view, before, fields: new Map(), blamers: new Map() });
  }

  /** What an element holds so far: what was typed, else what the server knows, else nothing. */
  valueOf(block, element) {
    const field = this.before && this.before.fields.get(keyOf(block, element));
    if (field && field.value() !== null) return field.value();
    const kept = ((this.view.state.values || {})[block.block_id] || {})[element.action_id];
    const held = kept && HELD.map((name) => kept[name]).find((value) => value !== undefined && value !== null);
    return bare(held);
  }

  take(block, field, blame) {
    this.fields.set(keyOf(block, block.element), Object.assign(field, { block: block.block_id, action: block.element.action_id }));
    this.blamers.set(block.block_id, blame);
  }

  /** Everything as the server takes it: {block: {action: value}}. */
  values() {
    const given = {};
    for (const field of this.fields.values()) (given[field.block] ||= {})[field.action] = field.value();
    return given;
  }

  /** Show what is wrong, by block; the first one gets the focus. */
  blame(errors) {
    const wrong = [...this.blamers].reverse();
    for (const [block, blame] of wrong) blame(errors[block]);
  }
}

function bare(held) {
  if (Array.isArray(held)) return held.length ? held.map(bare) : undefined;
  return held && typeof held === "object" ? held.value : held;
}
