namespace VmmEngine.Platform;

/// <summary>A chip's interrupt line as those see it who do not hold the chip's lock.</summary>
/// <param name="line">The line.</param>
/// <param name="guard">The chip's lock.</param>
internal sealed class LineEnd(InterruptLine line, DeviceLock guard)
{
    /// <summary>The level that the controllers know.</summary>
    public bool Known
    {
        get
        {
            using (guard.Hold())
            {
                return line.Known;
            }
        }

        set
        {
            using (guard.Hold())
            {
                line.Known = value;
            }
        }
    }

    /// <summary>Lets the controllers know the level, if they do not.</summary>
    public void Tell()
    {
        using (guard.Hold())
        {
            line.Tell();
        }
    }
}
