import { expect, it } from 'vitest'
import { icns, ico } from './icon-files.mjs'

const pngs = new Map([
  [32, Buffer.from('small')],
  [256, Buffer.from('larger')]
])

it('puts PNGs into an .ico, each at the offset in its entry', () => {
  const file = ico(pngs)
  expect([...file.subarray(0, 6)]).toEqual([0, 0, 1, 0, 2, 0])
  const found = [6, 22].map((entry) => {
    const from = file.readUInt32LE(entry + 12)
    return [file.readUInt8(entry), file.toString('latin1', from, from + file.readUInt32LE(entry + 8))]
  })
  expect(found).toEqual([
    [32, 'small'],
    [0, 'larger']
  ])
  expect(() => ico(new Map([[512, Buffer.alloc(1)]]))).toThrow('at most 256 pixels, not 512')
})

it('puts PNGs into an .icns, under every type of their size', () => {
  const file = icns(pngs)
  expect(file.toString('latin1', 0, 4)).toBe('icns')
  expect(file.readUInt32BE(4)).toBe(file.length)
  const found = []
  for (let at = 8; at < file.length; at += file.readUInt32BE(at + 4)) {
    const text = file.toString('latin1', at + 8, at + file.readUInt32BE(at + 4))
    found.push([file.toString('latin1', at, at + 4), text])
  }
  expect(found).toEqual([
    ['ic11', 'small'],
    ['ic08', 'larger'],
    ['ic13', 'larger']
  ])
  expect(() => icns(new Map([[48, Buffer.alloc(1)]]))).toThrow('48 pixels')
})
