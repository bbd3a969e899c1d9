import { describe, expect, it } from 'vitest'
import { codeName, connackRefusesVersion, connackRetryable } from './mqtt-codes'

describe('codeName', () => {
  it('names CONNACK return codes before MQTT 5, and no others', () => {
    expect([0, 1, 2, 3, 4, 5, 6].map((code) => codeName('CONNACK', 4, code))).toEqual([
      'Connection Accepted',
      'Unacceptable protocol version',
      'Identifier rejected',
      'Server unavailable',
      'Bad user name or password',
      'Not authorized',
      null
    ])
  })

  it('names MQTT 5 reason codes by packet type', () => {
    expect(codeName('CONNACK', 5, 0)).toBe('Success')
    expect(codeName('SUBACK', 5, 0)).toBe('Granted QoS 0')
    expect(codeName('DISCONNECT', 5, 0)).toBe('Normal disconnection')
    expect(codeName('PUBACK', 5, 0x10)).toBe('No matching subscribers')
    expect(codeName('SUBACK', 5, 0x87)).toBe('Not authorized')
    expect(codeName('DISCONNECT', 5, 0x8e)).toBe('Session taken over')
    expect(codeName('DISCONNECT', 5, 0xff)).toBeNull()
  })

  it('names all 35 MQTT 5 failure codes', () => {
    const named = Array.from({ length: 0x100 }, (_, code) => code).filter(
      (code) => code >= 0x80 && codeName('CONNACK', 5, code) !== null
    )
    expect(named).toEqual(Array.from({ length: 35 }, (_, index) => 0x80 + index))
  })

  it('calls 0x80 in a SUBACK Failure before MQTT 5 and Unspecified error in it', () => {
    expect(codeName('SUBACK', 4, 0x80)).toBe('Failure')
    expect(codeName('SUBACK', 5, 0x80)).toBe('Unspecified error')
  })

  it('reads a low code in answer to a CONNECT of MQTT 5 as the return code of an older broker', () => {
    expect(codeName('CONNACK', 5, 1)).toBe('Unacceptable protocol version')
  })
})

describe('connackRetryable', () => {
  it('retries if the broker is unavailable, busy or full, in every version', () => {
    expect([3, 4].map((version) => connackRetryable(version as 3 | 4, 3))).toEqual([true, true])
    expect([0x88, 0x89, 0x97, 0x9c, 0x9f].map((code) => connackRetryable(5, code))).toEqual(
      Array(5).fill(true)
    )
  })

  it('does not retry if only the user can fix the cause', () => {
    expect([1, 2, 4, 5].map((code) => connackRetryable(4, code))).toEqual(Array(4).fill(false))
    expect(
      [0x81, 0x82, 0x84, 0x85, 0x86, 0x87, 0x8a, 0x8c, 0x95, 0x9d].some((code) => connackRetryable(5, code))
    ).toBe(false)
    expect(connackRetryable(4, 0x88)).toBe(false)
  })
})

describe('connackRefusesVersion', () => {
  it('recognizes both the new and the old refusal of MQTT 5', () => {
    expect(connackRefusesVersion(5, 0x84)).toBe(true)
    expect(connackRefusesVersion(5, 1)).toBe(true)
    expect(connackRefusesVersion(4, 1)).toBe(true)
    expect(connackRefusesVersion(5, 0x86)).toBe(false)
    expect(connackRefusesVersion(4, 4)).toBe(false)
  })
})
