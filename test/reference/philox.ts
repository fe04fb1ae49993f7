/** Philox 4x32-10 (Salmon et al., 2011) in big integers. */

/** 128 bits as four 32-bit words, least significant first. */
export type Block = readonly [number, number, number, number];

/** 64 bits as two 32-bit words, least significant first. */
export type Key = readonly [number, number];

const ROUNDS = 10;
const MULTIPLIERS = [0xd2511f53n, 0xcd9e8d57n] as const;
const WEYL = [0x9e3779b9n, 0xbb67ae85n] as const;
const MASK = 0xffffffffn;

/** Four random words from a counter and a key. */
export function philox4x32(counter: Block, key: Key): Block {
  let [c0, c1, c2, c3] = [
    BigInt(counter[0]),
    BigInt(counter[1]),
    BigInt(counter[2]),
    BigInt(counter[3]),
  ];
  let [k0, k1] = [BigInt(key[0]), BigInt(key[1])];
  for (let round = 0; round < ROUNDS; round++) {
    const product0 = MULTIPLIERS[0] * c0;
    const product1 = MULTIPLIERS[1] * c2;
    [c0, c1, c2, c3] = [
      (product1 >> 32n) ^ c1 ^ k0,
      product1 & MASK,
      (product0 >> 32n) ^ c3 ^ k1,
      product0 & MASK,
    ];
    k0 = (k0 + WEYL[0]) & MASK;
    k1 = (k1 + WEYL[1]) & MASK;
  }
  return [Number(c0), Number(c1), Number(c2), Number(c3)];
}
