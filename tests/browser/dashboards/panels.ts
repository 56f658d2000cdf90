import type { Page } from 'playwright-core'

/** Ids of the panels that show nothing (yet): a table without a row, a number without a value, a chart without a mark. */
export async function emptyPanels(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const marks: Readonly<Record<string, string>> = {
      'splunk.table': '[data-test="body"] [data-test="row"]',
      'splunk.singlevalue': '[data-test="majorValue"]',
    }
    const chart = '.highcharts-point, .highcharts-graph'
    return [...document.querySelectorAll<HTMLElement>('[data-test="viz-item"]')].flatMap((panel) => {
      const found = [...panel.querySelectorAll(marks[panel.dataset.vizType ?? ''] ?? chart)]
      const empty = found.length === 0 || found.every(({ textContent }) => textContent === 'N/A')
      return empty ? [panel.dataset.id ?? ''] : []
    })
  })
}

/** How many panels there are. */
export const countPanels = (page: Page): Promise<number> => page.locator('[data-test="viz-item"]').count()

/** Titles and descriptions of panels that do not fit on their line. */
export async function cutOffTexts(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[data-test="viz-title"], [data-test="viz-description"]')]
      .filter((text) => text.scrollWidth > text.clientWidth + 1)
      .map((text) => text.textContent ?? ''),
  )
}

/** Ids of the tables that must be scrolled sideways. */
export async function tooWideTables(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[data-viz-type="splunk.table"]')]
      .filter((table) =>
        [...table.querySelectorAll('*')].some(
          (part) =>
            part.scrollWidth > part.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(part).overflowX),
        ),
      )
      .map((table) => table.dataset.id ?? ''),
  )
}

/** The right edge of the rightmost panel, in pixels. */
export async function widthOfPanels(page: Page): Promise<number> {
  return page.evaluate(() =>
    Math.max(
      0,
      ...[...document.querySelectorAll('[data-test="viz-item"]')].map(
        (panel) => panel.getBoundingClientRect().right,
      ),
    ),
  )
}
