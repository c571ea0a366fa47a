package org.cirr.nn.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.cirr.io.file.AtomicFile;

/** From a white picture to a file. */
final class Png {
  private Png() {}

  /** A pen for a picture, which is made white. */
  static Graphics2D pen(BufferedImage picture) {
    Graphics2D pen = picture.createGraphics();
    pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    pen.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    pen.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    pen.setColor(Color.WHITE);
    pen.fillRect(0, 0, picture.getWidth(), picture.getHeight());
    return pen;
  }

  /** Says what to do where Java has no font. */
  static void requireFonts(Path png) throws IOException {
    try {
      Panel.font(Font.PLAIN, 12).getStringBounds("x", new FontRenderContext(null, true, true));
    } catch (RuntimeException | Error e) {
      throw new IOException(
          png
              + ": this Java finds no font to write with; install fontconfig and a font, such as"
              + " DejaVu, or leave the plot out",
          e);
    }
  }

  /** Writes a picture whole or not at all. */
  static void write(BufferedImage picture, Path png) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (!ImageIO.write(picture, "png", bytes)) {
      throw new IOException(png + ": this Java has no PNG writer");
    }
    AtomicFile.write(png, bytes::writeTo);
  }
}
