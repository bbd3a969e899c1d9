import type { MessageView } from '../../../shared/contract/messages'

/** A name to save a payload under: its topic, made safe for every file system, and an ending that fits what it is. */
export function fileNameFor({ head, body }: Pick<MessageView, 'head' | 'body'>): string {
  // eslint-disable-next-line no-control-regex -- control characters are not for file names
  const safe = head.topic.replace(/[\u0000-\u001f<>:"/\\|?*]+/g, '-').replace(/^[-. ]+|[-. ]+$/g, '')
  const ending =
    body.format === 'json' ? 'json' : body.format === 'hex' || body.format === 'raw' ? 'bin' : 'txt'
  return `${safe.slice(0, 120) || 'payload'}-${head.id}.${ending}`
}
