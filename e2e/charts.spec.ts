import mqtt from 'mqtt'
import { mosquittoPub } from './fixtures/clients'
import { ChartsPage } from './pages/charts'
import { TopicsPage } from './pages/topics'
import { expect, test } from './test'

test('clicking a number in a value charts it live; values that are added have scales of their own; the chart is kept, pinned, and survives a restart', async ({
  app,
  treetop,
  page
}) => {
  await app.startLocalBroker()
  await new TopicsPage(page).chooseView('Hide $SYS')
  const sender = await mqtt.connectAsync({ port: treetop.brokerPort })
  const send = (temp: number, on: boolean): Promise<unknown> =>
    sender.publishAsync('oven/state', `{"zones": [{"temp": ${temp}}], "on": ${on}}`, { qos: 1 })
  for (let index = 0; index < 40; index++) await send(180 + index / 10, index < 20)
  await sender.publishAsync('pressure', '101325.250', { qos: 1 })

  await app.select('oven/state')
  await app.payload.getByText('183.9', { exact: true }).click()
  await page.getByRole('button', { name: 'Chart', exact: true }).click()
  const charts = new ChartsPage(page)
  await expect(charts.entry('zones[0].temp')).toContainText('183.9')
  await expect.poll(() => charts.coloured()).toBeGreaterThan(50)

  // The chart keeps updating with new messages.
  await send(200.125, false)
  await expect(charts.entry('zones[0].temp')).toContainText('200.125')

  // Add a state from the same topic and a number from another topic.
  await app.button('Add values…').click()
  const dialog = page.getByRole('dialog', { name: 'Values on the chart' })
  await dialog.getByRole('checkbox', { name: 'on', exact: true }).check()
  await dialog.getByRole('searchbox', { name: 'Topic' }).fill('press')
  await dialog.getByRole('button', { name: 'pressure' }).click()
  await dialog.getByRole('checkbox', { name: 'Payload' }).check()
  await page.keyboard.press('Escape')
  await expect(charts.entry('oven/state · on')).toContainText('false')
  await expect(page.getByRole('img', { name: 'oven/state · on' })).toBeVisible()
  await expect(charts.entry('pressure')).toContainText('101,325.25')

  // Each quantity has an axis in the colour of its line, unless all lines are drawn on one scale.
  await expect.poll(() => charts.colouredInAxes()).toBeGreaterThan(20)
  await app.button('Draw all lines on one scale').click()
  await expect.poll(() => charts.colouredInAxes()).toBe(0)
  await app.button('Draw all lines on one scale').click()
  // The forty values arrived within one interval, so some were left out.
  await expect(page.getByText('per interval')).toBeVisible()

  // The crosshair shows exact values; zooming pauses the time axis, and 0 resumes it.
  await charts.plot.focus()
  await page.keyboard.press('ArrowRight')
  await expect(charts.entry('zones[0].temp')).toContainText('180')
  await page.keyboard.press('+')
  await expect(app.button('Live')).toBeVisible()
  // No value came more than five minutes ago; the chart offers the time when values came.
  for (let presses = 0; presses < 10; presses++) await page.keyboard.press('Shift+ArrowLeft')
  await expect(page.getByText('No values in this time range.')).toBeVisible()
  await app.button('Later values').click()
  await expect(page.getByText('No values in this time range.')).toHaveCount(0)
  await charts.plot.focus()
  await page.keyboard.press('0')
  await expect(app.button('Live')).toHaveCount(0)
  // Escape ends the crosshair: the legend shows the newest values, and that they are held.
  await page.keyboard.press('Escape')
  await charts.chooseLength('1 min')
  await expect(charts.entry('pressure')).toContainText('held for')
  await charts.chooseLength('5 min')
  const box = (await charts.plot.boundingBox())!
  await page.mouse.move(box.x + box.width * 0.5, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.8, box.y + box.height / 2, { steps: 5 })
  await page.mouse.up()
  await expect(app.button('Live')).toBeVisible()
  await page.mouse.dblclick(box.x + box.width * 0.5, box.y + box.height / 2)
  await expect(app.button('Live')).toHaveCount(0)

  // Hide and show a line.
  await charts.entry('pressure').click()
  await expect(charts.entry('pressure')).toHaveAttribute('aria-pressed', 'false')
  await charts.entry('pressure').click()

  const lines = (await treetop.saved(() => charts.save('Save all values as CSV'))).toString().split('\r\n')
  expect(lines[0]).toBe('time,topic,path,value')
  expect(lines.filter((line) => line.includes(',oven/state,/zones/0/temp,'))).toHaveLength(41)
  expect(lines.at(-2)).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}Z,pressure,,101325\.250$/)
  const png = await treetop.saved(() => charts.save('Save as PNG'))
  expect(png.subarray(1, 4).toString()).toBe('PNG')

  // What was added is kept: over other topics, over a reload of the page, and (below) over a restart.
  await app.select('pressure')
  await expect(charts.legend.getByRole('listitem').filter({ hasText: 'pressure' })).toHaveCount(1)
  await expect(charts.entry('zones[0].temp')).toHaveCount(0)
  await page.reload()
  await app.open(treetop)
  await app.select('oven/state')
  await app.tab('Chart').click()
  for (const name of ['zones[0].temp', 'oven/state · on', 'pressure'])
    await expect(charts.entry(name)).toBeVisible()

  await charts.chooseLength('15 min')
  await app.button('Pin to board').click()
  await expect(app.toast('The chart is on the board.')).toBeVisible()
  await app.go('Board')
  await page
    .getByRole('button', { name: 'oven/state · zones[0].temp, on + pressure', exact: true })
    .first()
    .click()
  await page.getByRole('textbox', { name: 'Chart name' }).fill('Oven')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('region', { name: 'Oven' })).toBeVisible()
  await page.getByRole('button', { name: 'Chart Oven' }).click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await expect(page.getByText('Oven was removed from the board.')).toBeVisible()
  await app.button('Undo').click()
  await expect(page.getByRole('region', { name: 'Oven' })).toBeVisible()
  await sender.endAsync()

  await treetop.stop()
  await treetop.start()
  await app.open(treetop)
  await app.startLocalBroker()
  await app.go('Board')
  const oven = app.page.getByRole('region', { name: 'Oven' })
  await expect(oven).toBeVisible()
  const card = new ChartsPage(app.page, oven)
  await expect(card.entry('zones[0].temp')).toContainText('200.125')
  await expect(card.within.getByRole('combobox', { name: 'Time range' })).toHaveValue('900000000')
  await app.go('Topics')
  await app.select('oven/state')
  await app.tab('Chart').click()
  await expect(new ChartsPage(app.page).entry('pressure')).toContainText('101,325.25')
})

test('a plain number is charted at once, including its history, and for text the chart says there is nothing to chart @every-host', async ({
  app,
  treetop,
  page
}) => {
  await app.startLocalBroker()
  for (const value of ['20.5', '21.5', 'offline', '22.5'])
    mosquittoPub(treetop.brokerPort, 'room/temp', value)
  mosquittoPub(
    treetop.brokerPort,
    'room/note',
    'a text that is longer than anything that a chart would show as a state'
  )
  await app.select('room/temp')
  await app.tab('Chart').click()
  const charts = new ChartsPage(page)
  await expect(charts.entry('room/temp')).toContainText('22.5')
  await expect(page.getByText('per interval')).toHaveCount(0)
  const csv = (await treetop.saved(() => charts.save('Save all values as CSV'))).toString()
  expect(csv.split('\r\n').map((line) => line.split(',')[3])).toEqual([
    'value',
    '20.5',
    '21.5',
    'offline',
    '22.5',
    undefined
  ])
  await app.select('room/note')
  await expect(page.getByText('Nothing to chart here')).toBeVisible()
})
