import type { KeptIssue } from '../../adapters/github/kept-issues.ts';
import { currentImages } from '../../domain/watch/current-images.ts';
import { exposuresIn } from '../../domain/watch/exposure.ts';
import type { WatchedImage, WatchedVulnerability, WatchRecord } from '../../domain/watch/record.ts';
import type { Exposed } from '../../domain/watch/status.ts';

/** An issue takes 65,536 characters. */
const MOST_ROWS = 100;

/**
 * What the forge is told by a record: an issue for each vulnerability that something was ever exposed to, open while a current image is.
 * The text says only what the record says, so the same record gives the same text.
 */
export function exposureIssues(record: WatchRecord): KeptIssue[] {
  const open = new Map(exposuresIn(record).map((exposed) => [exposed.id, exposed]));
  const rows = Map.groupBy(
    record.images.flatMap((image) =>
      image.vulnerabilities
        .filter(({ spans }) => spans.length > 0)
        .map((vulnerability) => ({ image, vulnerability })),
    ),
    ({ vulnerability }) => vulnerability.id,
  );
  const current = new Set(currentImages(record.images));
  return [...rows].map(([id, those]) => {
    const exposed = open.get(id);
    const table = tableOf(those, (image) => current.has(image));
    return {
      marker: `watch:${id}`,
      title: `${id} in published images`,
      body: [exposed === undefined ? OVER : goesOn(exposed), table, FOOTER].join('\n\n'),
      state: exposed === undefined ? 'closed' : 'open',
    };
  });
}

const OVER = 'No current image is exposed to it any more.';
const FOOTER =
  'Kept by the watch of the foundry from the signed SBOMs of what is published; it is closed when no current image is exposed. If it does no harm, say so with `./foundry vex add`.';

function goesOn({ id, severity, variants, since, fixes, deadline }: Exposed): string {
  const exposed = `Since ${since}, ${variants.join(', ')} are exposed to ${id} (${severity}).`;
  const owed =
    fixes.length === 0 || deadline === null
      ? 'There is no fix yet, so no time is counted: `policy.watch` counts from when there is one.'
      : `It is fixed by ${fixes.join(', ')}. By \`policy.watch\` the fix must be published by **${deadline}**.`;
  return `${exposed} ${owed}`;
}

interface Row {
  readonly image: WatchedImage;
  readonly vulnerability: WatchedVulnerability;
}

function tableOf(rows: readonly Row[], isCurrent: (image: WatchedImage) => boolean): string {
  const lines = rows.slice(-MOST_ROWS).map(({ image, vulnerability }) => {
    const isOneOfSeveral = rows.some(
      (row) => row.image.digest === image.digest && row.image.platform !== image.platform,
    );
    const { package: name, version, fixedVersion, spans } = vulnerability;
    const cells = [
      `${image.version} ${image.variant}${isOneOfSeveral ? ` ${image.platform}` : ''} \`${image.digest.slice(0, 19)}\``,
      publishedAs(image, isCurrent(image)),
      `${name} ${version}`,
      fixedVersion ?? '-',
      spans.map(({ from, until }) => `${from} – ${until ?? 'now'}`).join(', '),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| image | tags | package | fixed in | exposed |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

function publishedAs({ tags }: WatchedImage, isCurrent: boolean): string {
  if (tags.length === 0) return 'not published any more';
  return `${tags.join(', ')}${isCurrent ? '' : ' (a newer version is out)'}`;
}
