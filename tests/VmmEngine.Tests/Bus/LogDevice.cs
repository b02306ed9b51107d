using VmmEngine.Bus;

namespace VmmEngine.Tests.Bus;

/// <summary>Port and memory devices that write down what reaches them, and answer with one value.</summary>
internal sealed class LogPorts(uint answer = 0) : PortDevice
{
    public List<(char Kind, ushort Port, int Size, uint Value)> Log { get; } = [];

    public override uint Read(ushort port, int size)
    {
        Log.Add(('r', port, size, 0));
        return answer;
    }

    public override void Write(ushort port, int size, uint value) => Log.Add(('w', port, size, value));
}

/// <inheritdoc cref="LogPorts"/>
internal sealed class LogMemory(ulong answer = 0) : MmioDevice
{
    public List<(char Kind, ulong Offset, int Size, ulong Value)> Log { get; } = [];

    public override ulong Read(ulong offset, int size)
    {
        Log.Add(('r', offset, size, 0));
        return answer;
    }

    public override void Write(ulong offset, int size, ulong value) => Log.Add(('w', offset, size, value));
}
