package org.cirr.nn.cli;

import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.cirr.metrics.evaluate.CaseScores;
import org.cirr.metrics.evaluate.Metric;
import org.cirr.metrics.evaluate.StructureScores;
import org.cirr.nn.segment.SegmentPlan;

/**
 * The demonstration as one HTML page, which needs no other file and no network.
 *
 * @param title the case
 * @param call what makes it again
 * @param plan what the network had to do
 * @param seconds how long it took
 * @param warnings of the segmenter
 */
record DemoReport(
    String title,
    String call,
    SegmentPlan plan,
    double seconds,
    CaseScores scores,
    List<String> warnings,
    List<Picture> pictures) {

  /** A PNG with what it shows. */
  record Picture(String caption, byte[] png) {}

  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>cirr: TITLE</title>
      <style>
      body { font: 16px/1.5 system-ui, sans-serif; color: #1c2128; background: #fff;
        max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
      .notice { background: #fff3d6; border-left: 4px solid #d99b16; padding: .6rem 1rem; }
      table { border-collapse: collapse; margin: 1rem 0; }
      th, td { padding: .3rem 1rem; border-bottom: 1px solid #d5dae0; text-align: right; }
      th:first-child, td:first-child { text-align: left; }
      figure { margin: 1.5rem 0; }
      img { max-width: 100%; height: auto; display: block; }
      figcaption { color: #57606a; padding: .3rem 0; }
      code { background: #f0f2f4; padding: .1rem .3rem; }
      </style>
      </head>
      <body>
      <h1>cirr: TITLE</h1>
      <p class="notice"><strong>Research software, not a medical device.</strong> Do not base a
      diagnosis or a treatment on its output. The image on this page is made up: nobody was
      scanned, and scores on it say little about patients.</p>
      <p>A phantom of an abdominal MRI, segmented in SECONDS s: PLAN.</p>
      WARNINGS<h2>The mask against the truth</h2>
      <table>
      <thead><tr><th>organ</th><th>Dice</th><th>surface Dice at TOLERANCE mm</th><th>HD95, mm</th>\
      <th>truth, ml</th><th>mask, ml</th></tr></thead>
      <tbody>
      ROWS</tbody>
      </table>
      FIGURES<h2>Files and how to go on</h2>
      <p>Beside this page lie <code>image.nii.gz</code>, <code>mask.nii.gz</code> (the model's),
      <code>reference.nii.gz</code> (the truth), both pictures, and the numbers as
      <code>metrics.json</code> and <code>metrics.csv</code>.</p>
      <p>The same again: <code>CALL</code>. A scan of your own:
      <code>cirr segment -i scan.nii.gz -o mask.nii.gz --preview mask.png</code>.</p>
      <p>Made by cirr VERSION. The bundled model's data, scores and limits are in
      <code>models/bundled/MODEL_CARD.md</code> of cirr's sources.</p>
      </body>
      </html>
      """;

  String html() {
    return PAGE.replace("TITLE", escaped(title))
        .replace("TOLERANCE", String.format(Locale.ROOT, "%.0f", DemoCommand.TOLERANCE_MM))
        .replace("SECONDS", String.format(Locale.ROOT, "%.1f", seconds))
        .replace("PLAN", escaped(plan.toString()))
        .replace("CALL", escaped(call))
        .replace("VERSION", escaped(Main.version()))
        .replace("WARNINGS", warningsHtml())
        .replace("ROWS", rows())
        .replace("FIGURES", figures()); // last: pictures are text that could hold any word
  }

  private String warningsHtml() {
    StringBuilder html = new StringBuilder();
    warnings.forEach(text -> html.append("<p>Warning: ").append(escaped(text)).append("</p>\n"));
    return html.toString();
  }

  private String rows() {
    StringBuilder html = new StringBuilder();
    for (StructureScores one : scores.structures()) {
      html.append("<tr><td>").append(escaped(one.structure().name())).append("</td>");
      cell(html, "%.3f", one.value(Metric.DICE.key()));
      cell(html, "%.3f", one.value(Metric.nsd(DemoCommand.TOLERANCE_MM).key()));
      cell(html, "%.1f", one.value(Metric.HD95.key()));
      cell(html, "%.0f", one.referenceMl());
      cell(html, "%.0f", one.predictedMl());
      html.append("</tr>\n");
    }
    return html.toString();
  }

  private static void cell(StringBuilder html, String format, double value) {
    String text = Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "\u2013";
    html.append("<td>").append(text).append("</td>");
  }

  private String figures() {
    StringBuilder html = new StringBuilder();
    for (Picture picture : pictures) {
      html.append("<figure>\n<img alt=\"")
          .append(escaped(picture.caption()))
          .append("\" src=\"data:image/png;base64,")
          .append(Base64.getEncoder().encodeToString(picture.png()))
          .append("\" />\n<figcaption>")
          .append(escaped(picture.caption()))
          .append("</figcaption>\n</figure>\n");
    }
    return html.toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
