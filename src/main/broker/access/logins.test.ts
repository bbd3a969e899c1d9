import { performance } from 'node:perf_hooks'
import { expect, it } from 'vitest'
import { Logins } from './logins'
import { hashPassword, isPassword, parsePassword } from './password'

// mosquitto_passwd -b FILE ada secret, of Mosquitto 2.0.11
const MADE_ELSEWHERE =
  '$7$101$4Ruk1uKlBEiYaloA$Bo/dXiIxaM0AxrYUAisD6wo/sf/YDTe0M0/SCWN1F/cqSRXIK5qkWi99OrJKVn95r/x7SlGKH0UBjU/FNfPmZw=='

const password = (text: string): Buffer => Buffer.from(text)

async function loginsOf(users: Record<string, string>): Promise<Logins> {
  const logins = new Logins()
  const stored = Object.entries(users).map(async ([name, text]) => ({
    name,
    password: await hashPassword(text),
    scram: null
  }))
  logins.setUsers(await Promise.all(stored))
  return logins
}

it('reads what mosquitto_passwd wrote, and nothing else', async () => {
  const hash = parsePassword(MADE_ELSEWHERE)!
  expect(hash.iterations).toBe(101)
  expect(await isPassword(hash, password('secret'))).toBe(true)
  for (const text of [
    'secret',
    '$6$c2FsdA==$aGFzaA==',
    '$7$0$c2FsdA==$' + 'A'.repeat(86) + '==',
    '$7$99999999$c2FsdA==$' + 'A'.repeat(86) + '==',
    '$7$101$c2FsdA==$AAAA'
  ])
    expect(parsePassword(text)).toBeNull()
  const own = parsePassword(await hashPassword('sécret'))!
  expect(own.salt.toString('latin1')).toMatch(/^[\w-]{12}$/)
  expect(await isPassword(own, password('sécret'))).toBe(true)
  expect(await isPassword(own, password('secret'))).toBe(false)
})

it('says who is unknown and whose password is wrong', async () => {
  const logins = await loginsOf({ ada: 'right' })
  expect(await logins.check('ada', password('right'))).toBeNull()
  expect(await logins.check('ada', password('right'))).toBeNull()
  expect(await logins.check('ada', password('wrong'))).toBe('WRONG_PASSWORD')
  expect(await logins.check('ada', null)).toBe('WRONG_PASSWORD')
  expect(await logins.check('bob', password('right'))).toBe('UNKNOWN_USER')
})

it('no longer lets in a password that was changed, also while it was being checked', async () => {
  const logins = await loginsOf({ ada: 'old' })
  expect(await logins.check('ada', password('old'))).toBeNull()
  const users = [{ name: 'ada', password: await hashPassword('new'), scram: null }]
  logins.setUsers(users)
  expect(await logins.check('ada', password('old'))).toBe('WRONG_PASSWORD')
  const checking = logins.check('ada', password('new'))
  logins.setUsers([])
  expect(await checking).toBe('WRONG_PASSWORD')
  logins.setUsers(users)
  const unchanged = logins.check('ada', password('new'))
  logins.setUsers([...users])
  expect(await unchanged).toBeNull()
})

it('takes as long for an unknown user, and for one with a cheap hash from elsewhere, as for a wrong password', async () => {
  const logins = new Logins()
  logins.setUsers([
    { name: 'ada', password: await hashPassword('right'), scram: null },
    { name: 'eve', password: MADE_ELSEWHERE, scram: null }
  ])
  /** The shortest of five: the others may have waited for the CPU. */
  const timed = async (name: string): Promise<number> => {
    const times: number[] = []
    for (let i = 0; i < 5; i++) {
      const start = performance.now()
      await logins.check(name, password('wrong'))
      times.push(performance.now() - start)
    }
    return Math.min(...times)
  }
  const wrong = await timed('ada')
  // Otherwise the one would take a thousandth, and the other a hundredth.
  expect(await timed('bob')).toBeGreaterThan(wrong / 10)
  expect(await timed('eve')).toBeGreaterThan(wrong / 10)
})

it('leaves the thread free while it checks, and skips those who have gone', async () => {
  const logins = await loginsOf({ ada: 'right' })
  let turns = 0
  let isDone = false
  const count = (): void => {
    turns++
    if (!isDone) setImmediate(count)
  }
  setImmediate(count)
  const gone = Array.from({ length: 1_000 }, () => logins.check('ada', password('wrong'), () => true))
  const wrong = Array.from({ length: 50 }, () => logins.check('ada', password('wrong')))
  const right = logins.check('ada', password('right'))
  expect(await Promise.all(wrong)).toEqual(Array(50).fill('WRONG_PASSWORD'))
  expect(await right).toBeNull()
  expect(await Promise.all(gone)).toEqual(Array(1_000).fill(null))
  isDone = true
  expect(turns).toBeGreaterThan(50)
})
