import { Desktop } from './fixtures/desktop'
import type { Electron } from './fixtures/electron'
import { shellReport } from './fixtures/shell-report'
import { expect, test } from './test'

test('the stand-in and Electron itself report the same windows, menu, channels and messages', async ({
  treetop,
  context
}) => {
  const standIn = new Desktop(context)
  try {
    await standIn.start()
    expect(await shellReport(standIn)).toEqual(await shellReport(treetop as Electron))
  } finally {
    await standIn.remove()
  }
})
