import type { Page } from '@playwright/test'
import { freePort } from '../../e2e/fixtures/port'
import { newPage, scrolled } from '../browser'
import { scaled, type Case, type Figure } from '../case'
import type { Crowd, CrowdNews } from '../crowd-protocol'
import { percentile } from '../figures'
import type { Load, LoadNews } from '../load-protocol'
import { Program } from '../program'
import { seconds, temporaryFolder } from '../scratch'
import { Treetop } from '../treetop'

const RATE = 20_000
const SECONDS = 20
const CLIENTS = 5_000

/** The sections of the broker's page, and what is scrolled in them. */
const sections = [
  { name: 'Overview', role: 'tabpanel' },
  { name: 'Clients', role: 'grid' },
  { name: 'Subscriptions', role: 'grid' }
] as const

/** How smoothly the broker's page is drawn and scrolled while the broker is busy. */
export const workbench: Case = {
  name: 'workbench',
  states:
    '5,000 clients with a subscription each; 1,000 topics, payload 100 bytes, QoS 0, 20,000 msg/s through the local broker, which Treetop records; the sections of the broker’s page scrolled in Chromium',
  async run(options) {
    const treetop = new Treetop(temporaryFolder())
    const port = await freePort()
    await treetop.start(`--broker=${port}`)
    const clients = scaled(CLIENTS, options)
    const crowd = new Program<CrowdNews>('crowd', {
      ...{ port, clients, subscriptions: 1, retained: 0, payload: 0 }
    } satisfies Crowd)
    await crowd.hear('there')
    const page = await newPage()
    await page.goto(treetop.url)
    await page.getByRole('navigation').getByRole('button', { name: 'Local broker' }).click()
    const figures: Figure[] = []
    for (const section of sections)
      figures.push(...(await inSection(page, section, port, scaled(SECONDS, options))))
    await page.close()
    await crowd.stop()
    await treetop.stop()
    return figures
  }
}

async function inSection(
  page: Page,
  { name, role }: (typeof sections)[number],
  port: number,
  forSeconds: number
): Promise<Figure[]> {
  await page.getByRole('tab', { name: new RegExp(`^${name}`) }).click()
  const place = page.getByRole(role).first()
  await place.waitFor()
  await seconds(1)
  const quiet = await scrolled(page, forSeconds / 4, place)
  // The stream begins before the frames are counted, and ends after that.
  const stream = new Program<LoadNews>('load', {
    ...{ port, subscribers: 1, messages: RATE * (forSeconds + 4), payload: 100 },
    ...{ qos: 0, inFlight: 0, kept: false, rate: RATE }
  } satisfies Load)
  await seconds(2)
  const busy = await scrolled(page, forSeconds, place)
  await stream.hear('through')
  await stream.stop()
  return [
    {
      what: `frames, ${name}`,
      value: busy.perSecond,
      unit: '/s',
      baseline: { what: 'no messages', value: quiet.perSecond, unit: '/s' },
      target: { least: 55, aim: 60 }
    },
    {
      what: `p99 frame, ${name}`,
      value: percentile(busy.milliseconds, 0.99),
      unit: 'ms',
      baseline: { what: 'no messages', value: percentile(quiet.milliseconds, 0.99), unit: 'ms' },
      details: { longest: Math.max(...busy.milliseconds) },
      target: { most: 34 }
    }
  ]
}
