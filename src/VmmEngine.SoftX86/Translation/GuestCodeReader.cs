using Iced.Intel;

namespace VmmEngine.SoftX86;

/// <summary>Feeds guest bytes to the decoder. Each byte is read once: what a guest changes meanwhile cannot make an instruction inconsistent.</summary>
internal sealed unsafe class GuestCodeReader : CodeReader
{
    private byte* _next;
    private byte* _end;

    /// <summary>Where the next byte comes from.</summary>
    public byte* Position => _next;

    /// <summary>Sets what is to be read.</summary>
    /// <param name="start">First byte.</param>
    /// <param name="length">Bytes; behind them the code ends, for the decoder.</param>
    public void Set(byte* start, ulong length)
    {
        _next = start;
        _end = start + length;
    }

    /// <inheritdoc/>
    public override int ReadByte() => _next == _end ? -1 : *_next++;
}
