// XXH64 with seed 0, in halves of 32 bits: BigInt is too slow for every byte of a body, and WebAssembly is not
// allowed on every page.
//
// A number of 64 bits is (high, low). Products are made of 16-bit halves, so that nothing leaves 2^53.

const P1H = 0x9e3779b1, P1L = 0x85ebca87;
const P2H = 0xc2b2ae3d, P2L = 0x27d4eb4f;
const P3H = 0x165667b1, P3L = 0x9e3779f9;
const P4H = 0x85ebca77, P4L = 0xc2b2ae63;
const P5H = 0x27d4eb2f, P5L = 0x165667c5;

/** High half of a product of two unsigned numbers of 32 bits. */
function high(a: number, b: number): number {
  const al = a & 0xffff, ah = a >>> 16, bl = b & 0xffff, bh = b >>> 16;
  const middle = ah * bl + ((al * bl) >>> 16);
  const rest = al * bh + (middle & 0xffff);
  return (ah * bh + (middle / 65536 | 0) + (rest / 65536 | 0)) | 0;
}

class Hash {
  h = 0;
  l = 0;

  set(h: number, l: number): void {
    this.h = h | 0;
    this.l = l | 0;
  }

  add(h: number, l: number): void {
    const low = (this.l >>> 0) + (l >>> 0);
    this.h = (this.h + h + (low > 0xffffffff ? 1 : 0)) | 0;
    this.l = low | 0;
  }

  xor(h: number, l: number): void {
    this.h ^= h;
    this.l ^= l;
  }

  multiply(h: number, l: number): void {
    const a = this.l;
    this.h = (high(a, l) + Math.imul(a, h) + Math.imul(this.h, l)) | 0;
    this.l = Math.imul(a, l);
  }

  /** Rotates left by 1..31 bits. */
  rotate(n: number): void {
    const h = this.h, l = this.l;
    this.h = (h << n) | (l >>> (32 - n));
    this.l = (l << n) | (h >>> (32 - n));
  }

  /** XORs itself, shifted right by n bits. */
  fold(n: number): void {
    const h = this.h, l = this.l;
    if (n >= 32) {
      this.l = l ^ (n === 32 ? h : h >>> (n - 32));
    } else {
      this.l = l ^ ((l >>> n) | (h << (32 - n)));
      this.h = h ^ (h >>> n);
    }
  }

  /** One round over a word of 8 bytes. */
  round(wh: number, wl: number): void {
    // word * P2, added.
    const ph = (high(wl, P2L) + Math.imul(wl, P2H) + Math.imul(wh, P2L)) | 0;
    this.add(ph, Math.imul(wl, P2L));
    this.rotate(31);
    this.multiply(P1H, P1L);
  }

  /** Takes the sum of a lane into the hash. */
  merge(lane: Hash): void {
    const value = new Hash();
    value.round(lane.h, lane.l);
    this.xor(value.h, value.l);
    this.multiply(P1H, P1L);
    this.add(P4H, P4L);
  }
}

function word(b: Uint8Array, i: number): number {
  return b[i] | (b[i + 1] << 8) | (b[i + 2] << 16) | (b[i + 3] << 24);
}

/** The sum of one of the four lanes: every fourth word of 8 bytes, from `at` on. */
function runLane(bytes: Uint8Array, at: number, h: number, l: number): Hash {
  const lane = new Hash();
  const last = bytes.length - 32 + at;
  let sumH = h | 0;
  let sumL = l | 0;
  // The same as `round`, with its fields in variables: this loop sees every byte.
  for (let i = at; i <= last; i += 32) {
    const wl = word(bytes, i);
    const low = (sumL >>> 0) + (Math.imul(wl, P2L) >>> 0);
    const ah = sumH + high(wl, P2L) + Math.imul(wl, P2H) + Math.imul(word(bytes, i + 4), P2L) + (low > 0xffffffff ? 1 : 0);
    const rl = (low << 31) | ((ah | 0) >>> 1);
    const rh = (ah << 31) | ((low | 0) >>> 1);
    sumH = (high(rl, P1L) + Math.imul(rl, P1H) + Math.imul(rh, P1L)) | 0;
    sumL = Math.imul(rl, P1L);
  }
  lane.set(sumH, sumL);
  return lane;
}

/** Takes all whole blocks of 32 bytes; gives the place behind them. */
function lanes(bytes: Uint8Array, hash: Hash): number {
  const start = new Hash();
  start.set(P1H, P1L);
  start.add(P2H, P2L);
  const end = new Hash();
  end.add(~P1H, ~P1L);
  end.add(0, 1);
  const sums = [
    runLane(bytes, 0, start.h, start.l), runLane(bytes, 8, P2H, P2L), runLane(bytes, 16, 0, 0), runLane(bytes, 24, end.h, end.l),
  ];
  sums.forEach((lane, i) => {
    const turned = new Hash();
    turned.set(lane.h, lane.l);
    turned.rotate([1, 7, 12, 18][i]);
    hash.add(turned.h, turned.l);
  });
  for (const lane of sums) hash.merge(lane);
  return bytes.length - (bytes.length % 32);
}

function tail(bytes: Uint8Array, from: number, hash: Hash): void {
  let i = from;
  for (; i + 8 <= bytes.length; i += 8) {
    const value = new Hash();
    value.round(word(bytes, i + 4), word(bytes, i));
    hash.xor(value.h, value.l);
    hash.rotate(27);
    hash.multiply(P1H, P1L);
    hash.add(P4H, P4L);
  }
  if (i + 4 <= bytes.length) {
    const value = new Hash();
    value.set(0, word(bytes, i));
    value.multiply(P1H, P1L);
    hash.xor(value.h, value.l);
    hash.rotate(23);
    hash.multiply(P2H, P2L);
    hash.add(P3H, P3L);
    i += 4;
  }
  for (; i < bytes.length; i++) {
    const value = new Hash();
    value.set(0, bytes[i]);
    value.multiply(P5H, P5L);
    hash.xor(value.h, value.l);
    hash.rotate(11);
    hash.multiply(P1H, P1L);
  }
}

/** XXH64 of `bytes` as [high, low], each of 32 bits, unsigned. */
export function xxh64(bytes: Uint8Array): [number, number] {
  const hash = new Hash();
  let at = 0;
  if (bytes.length >= 32) at = lanes(bytes, hash);
  else hash.set(P5H, P5L);
  hash.add(0, bytes.length);
  tail(bytes, at, hash);
  hash.fold(33);
  hash.multiply(P2H, P2L);
  hash.fold(29);
  hash.multiply(P3H, P3L);
  hash.fold(32);
  return [hash.h >>> 0, hash.l >>> 0];
}
