// Bytes as hexadecimal text, and back.

export const hex = (bytes) => Buffer.from(bytes).toString("hex");

export const bytes = (text) => Uint8Array.from(Buffer.from(text, "hex"));

/** The object without fields that have no value. */
export const without = (object) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
