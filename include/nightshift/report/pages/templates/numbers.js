"use strict";
// Numbers as the page itself writes them. `formats`, which the page carries, holds factor, digits and tail by unit.
const written = (formats) => {
  const fixed = (size, digits) => (size < 1e21 ? size.toFixed(digits) : `${BigInt(size)}${digits ? "." + "0".repeat(digits) : ""}`);
  const rounded = (size, digits) => { // a half goes to its even neighbour, as in Python; toFixed takes the greater one
    const body = fixed(size, digits), half = /^50*$/.test(fixed(size, 100).split(".")[1].slice(digits));
    return half && body.at(-1) % 2 ? fixed(body - 10 ** -digits, digits) : body;
  };
  return (value, unit) => {
    if (!Number.isFinite(value)) return "–";
    const [factor, digits, tail] = formats[unit] || formats.ratio;
    const body = rounded(Math.abs(value * factor), digits), [whole, ...rest] = body.split(".");
    const grouped = [whole.replace(/\B(?=(\d{3})+$)/g, " "), ...rest].join(".");
    return (value * factor < 0 && Number(body) ? "−" : "") + grouped + tail;
  };
};
