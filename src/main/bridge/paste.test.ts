import { expect, it, onTestFinished } from 'vitest'
import { nothingDone, type Cleared } from '../retained/clear'
import { RetainedProbe } from '../retained/probe'
import { Home, Person, profileAt } from './fixture'
import { paste, undoPaste } from './paste'

const context = { progress: () => undefined, signal: new AbortController().signal }

function message(payload: string): Cleared {
  return { payload: Buffer.from(payload), qos: 1, properties: null }
}

async function setup() {
  const home = await new Home().start()
  const person = await Person.at(home.port, {}, 'nothing')
  const none = { password: null, key: null }
  const probe = await RetainedProbe.open(profileAt(home.port), none, () => undefined, context.signal)
  onTestFinished(() => probe.end())
  const retained = (): Record<string, string> =>
    Object.fromEntries(
      [...home.broker.retained.all()].map(({ topic, payload }) => [topic, payload.toString()])
    )
  return { person, probe, retained }
}

it('leaves the topics alone whose former message was too large to keep, instead of clearing them', async () => {
  const { person, probe, retained } = await setup()
  await person.publish('small', 'was', 1, true)
  await person.publish('large', 'was there', 1, true)
  const copy = new Map(['small', 'large', 'new'].map((topic) => [topic, message(`${topic} pasted`)]))
  const { pasted, notKept } = await paste(probe, copy, nothingDone('paste', 3), context, 5)
  expect(retained()).toEqual({ small: 'small pasted', large: 'large pasted', new: 'new pasted' })
  expect(notKept).toBe(1)
  expect([...pasted.keys()].sort()).toEqual(['new', 'small'])

  await undoPaste(probe, pasted, false, nothingDone('undo', 2), context)
  expect(retained()).toEqual({ small: 'was', large: 'large pasted' })
})

it('keeps everything for the undo that fits, whatever came before it', async () => {
  const { person, probe, retained } = await setup()
  await person.publish('a', '123456', 1, true)
  await person.publish('b', '12', 1, true)
  await person.publish('c', '345', 1, true)
  const copy = new Map(['a', 'b', 'c'].map((topic) => [topic, message('pasted')]))
  const { pasted, notKept } = await paste(probe, copy, nothingDone('paste', 3), context, 5)
  expect(notKept).toBe(1)
  await undoPaste(probe, pasted, false, nothingDone('undo', 2), context)
  expect(retained()).toEqual({ a: 'pasted', b: '12', c: '345' })
})
