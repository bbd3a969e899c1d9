import { expect, it } from 'vitest'
import type { ProbeSheet } from '../../../shared/contract/probe'
import { AppError } from '../../../shared/errors'
import { apiTo } from '../../state/api-fixture'
import { ComparisonState } from './comparison.svelte'

function sheetAt(id: string, at: number): ProbeSheet {
  return {
    ...{ format: 1, id, name: 'Plant', address: 'mqtt://plant:1883', at, took: 1, treetop: '9.9.9' },
    ...{ end: 'complete', topic: 'treetop/probe/0', left: { topics: [], sessions: [] }, items: [] },
    traffic: { connections: 1, sent: 2, received: 3, bytes: 4 }
  }
}

/** A comparison over sheets that were made one after another. */
function setup() {
  const sheets = [sheetAt('old', 1), sheetAt('new', 2)]
  const failed: unknown[] = []
  const { api } = apiTo({
    'probe.get': ({ sheetId }) => {
      const found = sheets.find(({ id }) => id === sheetId)
      if (!found) throw new AppError('NOT_FOUND', { what: 'sheet', id: sheetId })
      return found
    },
    'probe.compare': () => [{ id: 'qos2', before: null, after: null }],
    'probe.list': ({ profileId }) => (profileId === 'p' ? sheets : [])
  })
  const comparison = new ComparisonState(api, (error) => failed.push(error))
  const compared = async (profileId: string, sheet: ProbeSheet): Promise<string[] | null> => {
    await comparison.compare({ profileId, sheet })
    return comparison.pair && [comparison.pair.before.sheet.id, comparison.pair.after.sheet.id]
  }
  return { sheets, comparison, compared, failed }
}

it('puts the older of two tests of one broker first, and otherwise the one in view', async () => {
  const { sheets, comparison, compared } = setup()
  comparison.chosen = { profileId: 'p', sheetId: 'old' }
  expect(await compared('p', sheets[1]!)).toEqual(['old', 'new'])
  expect([...comparison.pair!.differing]).toEqual(['qos2'])
  expect(await compared('other', sheets[1]!)).toEqual(['new', 'old'])
  comparison.chosen = { profileId: 'p', sheetId: 'new' }
  expect(await compared('p', sheets[0]!)).toEqual(['old', 'new'])
})

it('ends when the sheet in view is the chosen one, or when that is gone', async () => {
  const { sheets, comparison, compared, failed } = setup()
  comparison.chosen = { profileId: 'p', sheetId: 'new' }
  expect(await compared('p', sheets[1]!)).toBeNull()
  expect(comparison.chosen).toBeNull()
  comparison.chosen = { profileId: 'p', sheetId: 'gone' }
  expect(await compared('p', sheets[1]!)).toBeNull()
  expect(comparison.chosen).toBeNull()
  expect(failed).toMatchObject([{ code: 'NOT_FOUND' }])
})

it('offers the sheets of every profile that has some', async () => {
  const { comparison } = setup()
  await comparison.loadChoices(['p', 'q'])
  expect(comparison.choices.map(({ profileId }) => profileId)).toEqual(['p'])
})
