import { expect, it } from 'vitest'
import { hexRow } from './hex-row'

it('shows offset, bytes in two groups, and printable ASCII', () => {
  const bytes = new Uint8Array([72, 105, 33, 0, 255, 127, 32])
  expect(hexRow(bytes, 0, 8)).toEqual({
    offset: '00000000',
    hex: '48 69 21 00  ff 7f 20   ',
    text: 'Hi!··· '
  })
  expect(hexRow(bytes, 4, 4)).toEqual({ offset: '00000004', hex: 'ff 7f  20   ', text: '·· ' })
})
