/** Zones that browsers go on to list by the name they had first, and what they are called today (IANA, CLDR `iana` of BCP 47 `tz`). */
const today: Readonly<Record<string, string>> = {
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Catamarca': 'America/Argentina/Catamarca',
  'America/Coral_Harbour': 'America/Atikokan',
  'America/Cordoba': 'America/Argentina/Cordoba',
  'America/Godthab': 'America/Nuuk',
  'America/Indianapolis': 'America/Indiana/Indianapolis',
  'America/Jujuy': 'America/Argentina/Jujuy',
  'America/Louisville': 'America/Kentucky/Louisville',
  'America/Mendoza': 'America/Argentina/Mendoza',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Enderbury': 'Pacific/Kanton',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
};

/** What a zone is called today. */
export function zoneName(zone: string): string {
  return today[zone] ?? zone;
}

/** The names of all zones there are, as they are called today, with `zone` among them. */
export function zoneNames(zone: string): string[] {
  const all = [zone, 'UTC', ...Intl.supportedValuesOf('timeZone')];
  return [...new Set(all.map(zoneName))].sort();
}

/** Kept, since it takes long to make them for all zones. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'shortOffset' });
  formats.set(timeZone, format);
  return format;
}

/** A zone as it is found in a list: by its name, and how far it is from Greenwich at a time. */
export function zoneLabel(zone: string, at: Date): string {
  const offset = formatOf(zone)
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value;
  return `${zone.replaceAll('_', ' ')} (${offset?.replace('GMT', 'UTC')})`;
}
