/** Name of the prelude in stacks, where its frames are left out. */
export const PRELUDE_FILE = 'treetop'

/**
 * What a script finds in its interpreter besides ECMAScript (docs/SCRIPTS.md). Runs inside, before the script, which can change whatever it
 * finds there: nothing outside relies on it. `host` takes and returns only texts, numbers and byte buffers.
 */
export const PRELUDE = String.raw`(function (host) {
  'use strict'
  const { parse, stringify } = JSON
  const { ArrayBuffer, Error, Object, String, TypeError, Uint8Array } = globalThis
  const isView = ArrayBuffer.isView

  const refuse = (fault) => {
    if (fault !== '') throw new TypeError(fault)
  }
  const bytesOf = (view) =>
    view instanceof ArrayBuffer
      ? view.slice(0)
      : new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice().buffer
  const isBytes = (value) => value instanceof ArrayBuffer || isView(value)
  const hex = (value) => [...new Uint8Array(bytesOf(value))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  const textOf = (value) => (typeof value === 'string' ? value : isBytes(value) ? host.decode(bytesOf(value)) : stringify(value))

  class Message {
    constructor(head, payload) {
      Object.assign(this, head)
      this.payload = payload
    }
    text() {
      return textOf(this.payload)
    }
    json() {
      return typeof this.payload === 'string' || isBytes(this.payload) ? parse(this.text()) : this.payload
    }
    bytes() {
      if (isBytes(this.payload)) return new Uint8Array(bytesOf(this.payload))
      return new Uint8Array(this.payload === '' ? 0 : host.encode(this.text()))
    }
  }

  const made = (head, text, bytes) => {
    const data = parse(head)
    const { properties } = data
    if (properties.correlationData && properties.correlationData.text === undefined)
      properties.correlationData = new Uint8Array(properties.correlationData)
    else if (properties.correlationData) properties.correlationData = properties.correlationData.text
    return new Message(data, bytes === undefined ? text : new Uint8Array(bytes))
  }
  const given = (message, send) => {
    if (typeof message !== 'object' || message === null) throw new TypeError('a message must be an object')
    const { topic, payload = '', qos = 0, retain = false, properties } = message
    const plain = properties === undefined || properties === null ? {} : { ...properties }
    if (isBytes(plain.correlationData)) plain.correlationData = [...new Uint8Array(bytesOf(plain.correlationData))]
    const bytes = isBytes(payload) ? bytesOf(payload) : null
    const body = bytes ? (bytes.byteLength === 0 ? '' : bytes) : textOf(payload)
    if (body === undefined) throw new TypeError('the payload must be a text, bytes, or a value that JSON can hold')
    refuse(send(stringify({ topic, qos, retain, properties: plain }), body))
  }

  const shown = (value) => {
    if (typeof value === 'string') return value
    try {
      if (value instanceof Error) return String(value)
      if (value instanceof Message) return stringify({ ...value, payload: value.text() })
      return isBytes(value) ? 'bytes ' + hex(value) : stringify(value) ?? String(value)
    } catch {
      try {
        return String(value)
      } catch {
        return '(a value that cannot be shown)'
      }
    }
  }
  const print =
    (level) =>
    (...all) => {
      host.print(level, all.map(shown).join(' '), new Error().stack)
    }

  const define = (name, value) => {
    Object.defineProperty(globalThis, name, { value, writable: false, configurable: false })
  }
  define('console', Object.freeze({ log: print('log'), info: print('log'), debug: print('log'), warn: print('warn'), error: print('error') }))
  define('publish', (message) => given(message, host.publish))
  define('notice', (text) => refuse(host.notice(shown(text))))
  define('cancel', (reason) => {
    host.cancel(shown(reason))
    throw new Error('cancelled')
  })
  define('state', {})
  define('variables', Object.freeze(parse(host.variables())))

  return {
    message: (handler, head, text, bytes) => handler(made(head, text, bytes)),
    before: (handler, head, text, bytes) => {
      const message = made(head, text, bytes)
      const returned = handler(message)
      const finish = (result) => given(result === undefined ? message : result, host.result)
      return returned instanceof Promise ? returned.then(finish) : finish(returned)
    },
    describe: (error) => {
      const read = (key) => {
        try {
          const value = error[key]
          return typeof value === 'string' ? value : ''
        } catch {
          return ''
        }
      }
      const isObject = typeof error === 'object' && error !== null
      const text = isObject ? [read('name'), read('message')].filter(Boolean).join(': ') : shown(error)
      return stringify([text.slice(0, 2000), isObject ? read('stack').slice(0, 8000) : ''])
    }
  }
})`
