import { describe } from '../command'

export const mcp = describe({
  name: 'mcp',
  summary: 'let an AI assistant read histories, over the Model Context Protocol',
  usesSecrets: true,
  usage: ['[options]'],
  about: [
    'Serves the Model Context Protocol on standard input and output, for an assistant that starts it. The assistant can list connections and topics, read and search recorded messages, and read series and schemas. It reads the files of the data directory and opens no connection, also while Treetop runs.',
    'It can publish only through profiles in which you have switched on "Allow publishing through MCP". Everything it does is written to mcp-log.jsonl in the data directory.'
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
      many: true,
      about: 'show only this profile; may be given several times (default: all)'
    }
  },
  notes: ['docs/guides/mcp.md has the settings of Claude Desktop and VS Code.'],
  examples: [{ line: 'mcp' }, { line: 'mcp --profile Plant --data-dir ~/treetop-data' }],
  statuses: '0 the assistant has ended it, 1 failure, 2 wrong usage'
})
