/** A number that bytes can be interpreted as. */
export interface NumberReading {
  /** `u8`, `i16`, `f32`… */
  type: string
  little: string
  big: string
}

/** All number types that fit into the bytes, read from the first byte, little and big endian. Types longer than the bytes are left out. */
export function readingsOf(bytes: Uint8Array): NumberReading[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const types: readonly [string, number, (little: boolean) => number | bigint][] = [
    ['u8', 1, () => view.getUint8(0)],
    ['i8', 1, () => view.getInt8(0)],
    ['u16', 2, (little) => view.getUint16(0, little)],
    ['i16', 2, (little) => view.getInt16(0, little)],
    ['u32', 4, (little) => view.getUint32(0, little)],
    ['i32', 4, (little) => view.getInt32(0, little)],
    ['u64', 8, (little) => view.getBigUint64(0, little)],
    ['i64', 8, (little) => view.getBigInt64(0, little)],
    ['f32', 4, (little) => shortest(view.getFloat32(0, little))],
    ['f64', 8, (little) => view.getFloat64(0, little)]
  ]
  return types
    .filter(([, size]) => size <= bytes.length)
    .map(([type, , read]) => ({ type, little: written(read(true)), big: written(read(false)) }))
}

/** The time that bytes encode as seconds or milliseconds since 1970 UTC, if it lies between 2010 and 2038; otherwise null. */
export function timeOf(bytes: Uint8Array): Date | null {
  const numbers = readingsOf(bytes).filter(({ type }) => ['u32', 'u64', 'f64'].includes(type))
  for (const { little, big } of numbers)
    for (const text of [little, big])
      for (const milliseconds of [Number(text), Number(text) * 1_000])
        if (milliseconds >= FROM && milliseconds < TO) return new Date(milliseconds)
  return null
}

const FROM = Date.UTC(2010, 0)
const TO = Date.UTC(2038, 0)

/** The shortest decimal that is the same 32-bit float: 21.4 instead of 21.399999618530273. */
function shortest(float: number): number {
  if (!Number.isFinite(float) || float === 0) return float
  for (let digits = 1; digits < 10; digits++) {
    const candidate = Number(float.toPrecision(digits))
    if (Math.fround(candidate) === float) return candidate
  }
  return float
}

function written(value: number | bigint): string {
  return Object.is(value, -0) ? '-0' : String(value)
}
