import { brief, offered, type FlagWords, type Words } from './words'

/** A script for PowerShell, from version 5 on. Where nothing is offered, it completes paths itself. */
export function powershellScript(root: Words, commands: readonly Words[]): string {
  return `# Completion of treetop for PowerShell: treetop completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName treetop -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $commands = [ordered]@{
${commands.map(({ name, summary }) => `    ${quoted(name)} = ${quoted(summary)}`).join('\n')}
  }
  $options = @{
${[root, ...commands].map((words) => `    ${quoted(words.name)} = [ordered]@{ ${words.options.flatMap(entries).join('; ')} }`).join('\n')}
  }
  $values = @{
${[root, ...commands].flatMap((words) => words.options.flatMap((option) => choices(words.name, option))).join('\n')}
  }
  $operands = @{
${commands.flatMap(({ name, operand }) => (typeof operand === 'object' ? `    ${quoted(name)} = ${list(operand)}` : [])).join('\n')}
  }
  $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
  $command = ''
  foreach ($word in ($before | Select-Object -Skip 1)) { if ($commands.Contains($word)) { $command = $word; break } }
  $offers = [ordered]@{}
  $previous = if ($before.Count -gt 1) { $before[-1] } else { '' }
  if ($values.ContainsKey("$command $previous")) {
    foreach ($value in $values["$command $previous"]) { $offers[$value] = $value }
  } else {
    if ($command -eq '') { foreach ($name in $commands.Keys) { $offers[$name] = $commands[$name] } }
    if ($operands.ContainsKey($command)) { foreach ($value in $operands[$command]) { $offers[$value] = $value } }
    foreach ($flag in $options[$command].Keys) { $offers[$flag] = $options[$command][$flag] }
  }
  $offers.GetEnumerator() | Where-Object { $_.Key.StartsWith($wordToComplete) } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_.Key, $_.Key, 'ParameterValue', $_.Value)
  }
}
`
}

function entries({ flags, about }: FlagWords): string[] {
  return flags.map((flag) => `${quoted(flag)} = ${quoted(brief(about))}`)
}

/** Values that cannot be listed have an empty list, so that no options are offered in their place. */
function choices(name: string, { flags, value, optional, complete }: FlagWords): string[] {
  if (value === undefined || optional) return []
  return flags.map((flag) => `    ${quoted(`${name} ${flag}`)} = ${list(offered(complete))}`)
}

function list(words: readonly string[]): string {
  return `@(${words.map(quoted).join(', ')})`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
