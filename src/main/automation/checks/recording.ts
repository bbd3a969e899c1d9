import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MessageProperties } from '../../../shared/message'
import { recordedUserProperties } from '../../../shared/user-properties'
import { copyHistory } from '../../history/copy'
import { HistoryWriter } from '../../history/writer'
import type { Received } from './received'

/** Writes a recording (`.treetop`) of the messages that clients got. Returns its path. */
export async function writeRecording(
  directory: string,
  name: string,
  messages: readonly Received[],
  version: string
): Promise<string> {
  mkdirSync(directory, { recursive: true })
  const path = freePath(directory, name)
  const folder = mkdtempSync(join(tmpdir(), 'treetop-check-'))
  try {
    const history = join(folder, 'history.db')
    const writer = HistoryWriter.open(history)
    for (const message of messages) {
      const { topic, payload, qos, retain, dup } = message
      writer.append(
        writer.entry(topic),
        { payload, qos, retain, dup, direction: 'in', properties: recorded(message) },
        message.at
      )
    }
    writer.commit()
    writer.close()
    await copyHistory(history, path, { profile: name, version, savedAt: Date.now() }, () => undefined)
    return path
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function recorded({ properties, userProperties }: Received): MessageProperties | null {
  const { correlationData, ...rest } = properties
  const kept: MessageProperties = {
    ...rest,
    ...recordedUserProperties(userProperties),
    ...(correlationData && { correlationData: correlationData.toString('base64') })
  }
  return Object.keys(kept).length > 0 ? kept : null
}

function freePath(directory: string, name: string): string {
  const stem =
    name
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 80) || 'check'
  for (let count = 1; ; count++) {
    const path = join(directory, `${stem}${count === 1 ? '' : `-${count}`}.treetop`)
    try {
      writeFileSync(path, '', { flag: 'wx' })
      return path
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}
