using VmmEngine.Platform;

namespace VmmEngine.Machines;

/// <summary>Writes what a guest sends to a stream. A stream that fails gets no more; the guest does not notice.</summary>
internal sealed class StreamSink(Stream output) : ISerialSink
{
}
