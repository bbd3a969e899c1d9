import { describe } from '../command'

export const importMessages = describe({
  name: 'import',
  summary: 'make a recording of exported messages: JSON Lines, CSV or other recordings',
  usage: ['[options] FILE... --output FILE.treetop'],
  about: [
    'Reads messages that treetop export or treetop sub --json have written, or recordings, and makes one recording of them, which Treetop opens. Several files are merged by time. Topics, times, payloads, QoS, flags and MQTT 5 properties stay as they were; messages are numbered anew. If a line is not a message, nothing is written.'
  ],
  operands: Infinity,
  completeOperand: 'file',
  options: {
    output: { short: 'o', value: 'FILE', complete: 'file', about: 'recording to write' },
    format: {
      value: 'F',
      choices: ['jsonl', 'csv', 'treetop'],
      about: 'format of the files (default: by the end of each name); needed for - (standard input)'
    },
    name: {
      value: 'NAME',
      about: 'name of the connection in the recording (default: the name of the first file)'
    },
    force: { about: 'replace FILE if it exists' }
  },
  notes: [
    'CSV of --csv-safe keeps the apostrophes that were added to cells. A time before that of an earlier message of the same file becomes that time: recordings are in the order of arrival.'
  ],
  examples: [
    { line: 'import plant.jsonl --output plant.treetop' },
    { line: 'import monday.treetop tuesday.treetop --name Plant -o week.treetop' },
    {
      line: "sub -t '#' --json --timeout 60 mqtt://localhost | treetop import - --format jsonl -o minute.treetop"
    }
  ],
  statuses: '0 saved, 1 failure, 2 wrong usage, 130 interrupted'
})
