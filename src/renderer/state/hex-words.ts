import { m } from '../paraglide/messages'
import type { HexWords } from '../ui/hex-words'
import { count, momentTime } from './format'

/** The hex view's texts in the current language. */
export function hexWords(): HexWords {
  return {
    find: m.inspect_find_bytes(),
    digits: m.inspect_find_digits(),
    notDigits: m.inspect_not_digits(),
    next: m.inspect_find_next(),
    previous: m.inspect_find_previous(),
    closeFind: m.inspect_find_close(),
    places: (place, places) => m.inspect_find_places({ place: count(place), count: count(places) }),
    none: m.inspect_find_none(),
    finding: m.inspect_finding(),
    inspector: m.inspect_numbers(),
    selection: (from, to) =>
      m.inspect_selection({ from: count(from), to: count(to), length: count(to - from + 1) }),
    nothingSelected: m.inspect_nothing_selected(),
    time: (time) => momentTime(time.getTime() * 1_000),
    little: m.inspect_little(),
    big: m.inspect_big(),
    copyAs: m.inspect_copy_as(),
    asText: m.inspect_as_text(),
    asArray: m.inspect_as_array()
  }
}
