import { describe, type Values } from '../command'

export const exportMessages = describe({
  name: 'export',
  summary: 'write recorded messages to a file: JSON Lines, CSV or a recording',
  usage: ['[options] --format jsonl|csv|treetop --output FILE'],
  about: [
    'Exports recorded messages to a file, oldest first, or saves a whole history as a recording that Treetop can open. Treetop may be running.'
  ],
  operands: 0,
  options: {
    'data-dir': {
      value: 'D',
      complete: 'directory',
      about: 'data directory (default: the one of this user)'
    },
    profile: {
      value: 'NAME',
      about: 'name or id of a profile; optional when only one profile has messages'
    },
    topic: {
      short: 't',
      value: 'FILTER',
      about: 'only topics that match this topic filter, such as plant/+/temp or plant/#'
    },
    from: { value: 'T', about: 'only messages received at T or later' },
    to: { value: 'T', about: 'only messages received before T' },
    format: {
      value: 'F',
      choices: ['jsonl', 'csv', 'treetop'],
      about:
        "jsonl (JSON Lines), csv (RFC 4180) or treetop (a recording: the profile's whole history in one file)"
    },
    'csv-safe': {
      about: 'with csv: cells that a spreadsheet would calculate (=, +, -, @) begin with an apostrophe'
    },
    output: { short: 'o', value: 'FILE', complete: 'file', about: 'file to write; - for standard output' },
    force: { about: 'replace FILE if it exists' }
  },
  notes: [
    'T is ISO 8601 (2026-11-23, 2026-11-23T13:05, 2026-11-23T13:05:56.123456Z; local time unless a zone is given), or seconds or milliseconds since 1970 UTC.'
  ],
  examples: [
    { line: "export --profile Plant --topic 'plant/#' --format csv --output plant.csv" },
    { line: 'export --profile Plant --from 2026-11-23T13:00 --format jsonl --output - | jq .payload' },
    { line: 'export --profile Plant --format treetop --output plant.treetop' }
  ],
  statuses: '0 success, 1 failure, 2 wrong usage, 130 interrupted'
})

export type ExportValues = Values<typeof exportMessages.options>
