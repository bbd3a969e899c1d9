import { Desktop } from './fixtures/desktop'
import type { Electron } from './fixtures/electron'
import { shellReport } from './fixtures/shell-report'
import { expect, test } from './test'

test('what the stand-in says of windows, menu, channels and what crosses them, Electron itself says', async ({
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
