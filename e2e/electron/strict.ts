/** An object that throws when it is asked for what it does not have: the stand-in cannot hide a call that it does not know. */
export function strict<T extends object>(name: string, target: T): T {
  return new Proxy(target, {
    get(own, key, receiver) {
      // A module loader and an await look for these.
      if (typeof key === 'symbol' || key === 'then' || key === 'toJSON' || key in own)
        return Reflect.get(own, key, receiver) as unknown
      throw new Error(`The stand-in for Electron does not know ${name}.${key}`)
    }
  })
}

/** Throws when there is a key that is not known. */
export function checkKeys(what: string, given: object, known: readonly string[]): void {
  for (const key of Object.keys(given))
    if (!known.includes(key)) throw new Error(`The stand-in for Electron does not know ${what}.${key}`)
}
