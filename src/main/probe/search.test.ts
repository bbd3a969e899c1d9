import { describe, expect, it } from 'vitest'
import { largest, type Bounds } from './search'

async function find(limit: number, share = 0): Promise<{ bounds: Bounds; tries: number[] }> {
  const bounds: Bounds = { passed: 0, failed: null, isCut: false }
  const tries: number[] = []
  await largest({ least: 64, most: 65_535, share }, bounds, (size) => {
    tries.push(size)
    return Promise.resolve(size <= limit)
  })
  return { bounds, tries }
}

describe('a search', () => {
  it('needs one try when everything passes', async () => {
    expect(await find(65_535)).toEqual({
      bounds: { passed: 65_535, failed: null, isCut: false },
      tries: [65_535]
    })
  })

  it.each([64, 65, 127, 128, 129, 1_023, 1_024, 40_000, 65_534])('finds %i exactly', async (limit) => {
    const { bounds, tries } = await find(limit)
    expect(bounds).toMatchObject({ passed: limit, failed: limit + 1 })
    expect(tries.length).toBeLessThan(28)
  })

  it('stops within a share of the size', async () => {
    const { bounds, tries } = await find(40_000, 1 / 16)
    expect(bounds.passed).toBeLessThanOrEqual(40_000)
    expect(bounds.passed).toBeGreaterThan(37_500)
    expect(tries.length).toBeLessThan(17)
  })

  it('gives up when even the least does not pass', async () => {
    expect(await find(10)).toEqual({ bounds: { passed: 0, failed: 64, isCut: false }, tries: [65_535, 64] })
  })

  it('keeps its bounds when it is cut short', async () => {
    const bounds: Bounds = { passed: 0, failed: null, isCut: false }
    const cut = largest({ least: 64, most: 65_535, share: 0 }, bounds, (size) =>
      size === 256 ? Promise.reject(new Error('cut')) : Promise.resolve(size < 1_000)
    )
    await expect(cut).rejects.toThrow('cut')
    expect(bounds).toMatchObject({ passed: 128, failed: 65_535 })
  })
})
