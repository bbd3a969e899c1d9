import { expect, it } from 'vitest'
import { systemClock } from './clock'
import { Pressure } from './pressure'

it('lets a publisher go on that was to be held back several times', () => {
  let waiting = 3_000_000
  let holds = 0
  const publisher = { hold: () => void holds++, resume: () => void holds-- }
  const pressure = new Pressure(systemClock, () => waiting)
  pressure.hold(publisher)
  pressure.hold(publisher)
  expect(holds).toBe(1)
  waiting = 0
  pressure.check()
  expect(holds).toBe(0)
})
