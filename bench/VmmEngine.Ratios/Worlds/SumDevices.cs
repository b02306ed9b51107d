using VmmEngine.Bus;

namespace VmmEngine.Ratios.Worlds;

/// <summary>Which code a device has: a type for each, so that every kind is compiled by itself, as in C.</summary>
internal interface IKind
{
    static abstract uint Number { get; }
}

/// <summary>What a device has added up.</summary>
internal interface ISum
{
    ulong TakeSum();
}

/// <summary>A device on ports that adds up what is written.</summary>
internal sealed class SumPorts<TKind>(ulong salt) : PortDevice, ISum
    where TKind : struct, IKind
{
    private readonly ulong _salt = salt;
    private ulong _sum;

    public override uint Read(ushort port, int size) => (uint)(_salt + port + (uint)size + TKind.Number);

    public override void Write(ushort port, int size, uint value) => _sum += (ulong)value + port + (uint)size + TKind.Number;

    public ulong TakeSum()
    {
        ulong sum = _sum;
        _sum = 0;
        return sum;
    }
}

/// <summary>The same in memory.</summary>
internal sealed class SumMemory<TKind>(ulong salt) : MmioDevice, ISum
    where TKind : struct, IKind
{
    private readonly ulong _salt = salt;
    private ulong _sum;

    public override ulong Read(ulong offset, int size) => _salt + offset + (uint)size + TKind.Number;

    public override void Write(ulong offset, int size, ulong value) => _sum += value + offset + (uint)size + TKind.Number;

    public ulong TakeSum()
    {
        ulong sum = _sum;
        _sum = 0;
        return sum;
    }
}

/// <summary>Makes devices by the number of their kind.</summary>
internal static class SumDevices
{
    public static PortDevice Ports(LoopRange range) => range.Kind switch
    {
        0 => new SumPorts<Kind0>(range.Salt),
        1 => new SumPorts<Kind1>(range.Salt),
        2 => new SumPorts<Kind2>(range.Salt),
        3 => new SumPorts<Kind3>(range.Salt),
        4 => new SumPorts<Kind4>(range.Salt),
        5 => new SumPorts<Kind5>(range.Salt),
        6 => new SumPorts<Kind6>(range.Salt),
        _ => new SumPorts<Kind7>(range.Salt),
    };

    public static MmioDevice Memory(LoopRange range) => range.Kind switch
    {
        3 => new SumMemory<Kind3>(range.Salt),
        4 => new SumMemory<Kind4>(range.Salt),
        5 => new SumMemory<Kind5>(range.Salt),
        _ => new SumMemory<Kind6>(range.Salt),
    };

    private readonly struct Kind0 : IKind
    {
        public static uint Number => 0;
    }

    private readonly struct Kind1 : IKind
    {
        public static uint Number => 1;
    }

    private readonly struct Kind2 : IKind
    {
        public static uint Number => 2;
    }

    private readonly struct Kind3 : IKind
    {
        public static uint Number => 3;
    }

    private readonly struct Kind4 : IKind
    {
        public static uint Number => 4;
    }

    private readonly struct Kind5 : IKind
    {
        public static uint Number => 5;
    }

    private readonly struct Kind6 : IKind
    {
        public static uint Number => 6;
    }

    private readonly struct Kind7 : IKind
    {
        public static uint Number => 7;
    }
}
