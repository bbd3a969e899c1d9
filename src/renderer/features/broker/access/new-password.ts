/** Without letters and digits that look alike. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const LENGTH = 20

/** A random password of 116 bits. */
export function newPassword(): string {
  let password = ''
  while (password.length < LENGTH)
    for (const byte of crypto.getRandomValues(new Uint8Array(LENGTH)))
      // Bytes beyond the last whole round would make the first letters likelier.
      if (byte < 256 - (256 % ALPHABET.length) && password.length < LENGTH)
        password += ALPHABET[byte % ALPHABET.length]
  return password
}
