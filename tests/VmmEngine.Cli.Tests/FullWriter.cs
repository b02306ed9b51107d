using System.Text;

namespace VmmEngine.Cli.Tests;

/// <summary>A stream that nothing can be written to.</summary>
internal sealed class FullWriter : TextWriter
{
    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => throw new IOException("the disk is full");
}
