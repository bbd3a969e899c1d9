import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { mosquittoSub } from './fixtures/clients'
import { CollectionsPage } from './pages/collections'
import { expect, test } from './test'

test('a saved message is published on a schedule, which is listed, ends with a report, and can be stopped', async ({
  app,
  page,
  treetop
}) => {
  await app.startLocalBroker()
  const subscriber = await mosquittoSub(treetop.brokerPort, 'plant/#')
  const collections = new CollectionsPage(app)
  await collections.open()
  await collections.add('New message…', 'Tick')
  const form = collections.form('Tick')
  await form.getByLabel('Topic', { exact: true }).fill('plant/tick')
  await form.getByLabel('Payload', { exact: true }).fill('n{{$counter}}.')
  await form.getByText('Schedule', { exact: true }).click()
  await form.getByRole('radio', { name: 'Interval' }).check()
  await form.getByRole('button', { name: 'Start schedule' }).click()
  await expect(form.getByLabel('Every (ms)')).toHaveAccessibleDescription(/Enter whole milliseconds/)
  await form.getByLabel('Every (ms)').fill('20')
  await form.getByLabel('Number of messages').fill('30')
  await expect(form.getByText(/^Next: /)).toBeVisible()
  await form.getByRole('button', { name: 'Start schedule' }).click()
  // Each message is made when it is due: the counter is the one that a publish by hand advances.
  await subscriber.until(/plant\/tick n30\./)
  await expect(collections.runs.getByRole('listitem')).toContainText('Finished')
  await expect(collections.runs.getByRole('listitem')).toContainText('30 of 30 sent')
  await expect(collections.runs.getByRole('listitem')).toContainText(/late by .* on average/)
  await form.getByRole('button', { name: 'Publish', exact: true }).click()
  await subscriber.until(/plant\/tick n31\./)
  await form.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(form.getByRole('button', { name: 'Save', exact: true })).toBeDisabled()
  expect(readFileSync(join(treetop.dataDirectory, 'collections/tick.yaml'), 'utf8')).toContain(
    'schedule:\n  every: 20\n  count: 30\n'
  )

  // Two that have no end, one by a cron line; what runs goes on when the page is loaded again.
  await form.getByRole('radio', { name: 'Cron' }).check()
  await form.getByLabel('Cron line').fill('every minute')
  await expect(form.getByLabel('Cron line')).toHaveAccessibleDescription(/five or six fields/)
  await form.getByLabel('Cron line').fill('* * * * * *')
  await form.getByLabel('Number of messages').fill('')
  await form.getByRole('button', { name: 'Start schedule' }).click()
  await form.getByRole('radio', { name: 'Interval' }).check()
  await form.getByLabel('Every (ms)').fill('100')
  await form.getByRole('button', { name: 'Start schedule' }).click()
  await expect(collections.runs.getByRole('heading')).toHaveText('Running (2)')
  await subscriber.until(/plant\/tick n40\./)
  await page.reload()
  await collections.open()
  await expect(collections.runs.getByRole('heading')).toHaveText('Running (2)')
  await collections.runs.getByRole('button', { name: 'Stop all' }).click()
  await expect(collections.runs.getByRole('heading')).toHaveText('Reports')
  await expect(collections.runs.getByRole('listitem').filter({ hasText: 'Stopped' })).toHaveCount(2)
  await collections.runs.getByRole('button', { name: 'Remove reports' }).click()
  await expect(collections.runs).toHaveCount(0)
})
