/**
 * A vector of `Noise_IK_25519_AESGCM_SHA256`, in hex: haskell-cryptography/cacophony (Unlicense), commit
 * 8ee9d41e34a1a596cfa3ab12aa4069ff87dc1247, `vectors/cacophony.txt`; the first four of its messages.
 * Messages alternate, the initiator's first; the third is the first transport message.
 */
export const NOISE_VECTOR = {
  init_prologue: "4a6f686e2047616c74",
  init_static: "e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1",
  init_ephemeral: "893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a",
  init_remote_static: "31e0303fd6418d2f8c0e78b91f22e8caed0fbe48656dcf4767e4834f701b8f62",
  resp_prologue: "4a6f686e2047616c74",
  resp_static: "4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893",
  resp_ephemeral: "bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b",
  handshake_hash: "669c8640d9e42a3cda2f232f78597ceefb01daa6e3df81181ccce6fc6b5026bf",
  messages: [
    {
      payload: "4c756477696720766f6e204d69736573",
      ciphertext:
        "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c79444e417bc55c7a8166c993356c1be41ef67818a292426f301556c7f26b21d25ddb097153891a9a956cff47b83e63ad8d701c1342c209cff1ca5ecd43402762ac249e3bd3a4c0a145fe07cb5dae28ea13a3",
    },
    {
      payload: "4d757272617920526f746862617264",
      ciphertext:
        "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843af2ccf9972e22afc67aeafcd25162f7f98c363b7762e3e4cb7d272e39f27a5",
    },
    {
      payload: "462e20412e20486179656b",
      ciphertext: "66acfc92e3197de166809e6d4d5d003dcc819a84bc3522ca53c9d9",
    },
    {
      payload: "4361726c204d656e676572",
      ciphertext: "71f89aa6533a6de70b0826864dd75f60806ee40170c16290189eb3",
    },
  ],
};

/**
 * The public keys of low order, little-endian: those below 2^255 of https://cr.yp.to/ecdh.html (0, 1, two
 * of order 8, p - 1, p, p + 1), each also with the highest bit set, which X25519 ignores.
 */
export const LOW_ORDER_KEYS = [
  "00000000000000000000000000000000000000000000000000000000000000",
  "01000000000000000000000000000000000000000000000000000000000000",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b8",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f11",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
].flatMap((key, at) => {
  const last = ["00", "00", "00", "57", "7f", "7f", "7f"][at]!;
  return [key + last, key + (parseInt(last, 16) | 0x80).toString(16)];
});
