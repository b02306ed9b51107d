using VmmEngine.Backends;
using VmmEngine.Memory;
using VmmEngine.RunLoop.Scripted;

namespace VmmEngine.Ratios.Worlds;

/// <summary>What the guests of both sides do, and the devices that they do it to.</summary>
internal sealed class LoopScript
{
    private const int Length = 8192;
    private const int Devices = 8;
    private const int Memories = 4;

    private LoopScript(ScriptedExit[] exits) => Exits = exits;

    /// <summary>The exits, over and over.</summary>
    public ScriptedExit[] Exits { get; }

    /// <summary>Ports: eight devices of different kinds.</summary>
    public static LoopRange[] Ports { get; } =
        [.. Enumerable.Range(0, Devices).Select(i => new LoopRange((ulong)(0x100 + (i * 0x20)), 8, (uint)i, (ulong)i * 1000))];

    /// <summary>Device memory: four ranges of different kinds, in ascending order.</summary>
    public static LoopRange[] Mmio { get; } =
        [.. Enumerable.Range(0, Memories).Select(i => new LoopRange(0xFE00_0000 + ((ulong)i * 0x1_0000), 0x1000, (uint)(i + 3), (ulong)i * 77))];

    /// <summary>OUT of a byte to one port.</summary>
    public static LoopScript OnePort { get; } = new([.. Enumerable.Range(0, Length).Select(i => ScriptedExit.Out((ushort)Ports[0].First, 1, (byte)i))]);

    /// <summary>Random devices, IN and OUT of 1, 2 and 4 bytes; a fifth of the exits is device memory.</summary>
    public static LoopScript Random { get; } = CreateRandom(new Random(20251121));

    private static LoopScript CreateRandom(Random random)
    {
        ScriptedExit[] exits = new ScriptedExit[Length];
        for (int i = 0; i < exits.Length; i++)
        {
            byte size = (byte)(1 << random.Next(3));
            uint value = (uint)random.NextInt64() & (uint.MaxValue >> (32 - (8 * size)));
            bool isWrite = random.Next(2) == 0;
            if (random.Next(5) == 0)
            {
                LoopRange range = Mmio[random.Next(Memories)];
                Gpa address = new(range.First + (ulong)(random.Next(0x200) * 8));
                exits[i] = isWrite ? ScriptedExit.Write(address, size, value) : ScriptedExit.Read(address, size);
            }
            else
            {
                ushort port = (ushort)(Ports[random.Next(Devices)].First + (ulong)random.Next(4));
                exits[i] = isWrite ? ScriptedExit.Out(port, size, value) : ScriptedExit.In(port, size);
            }
        }

        return new LoopScript(exits);
    }
}

/// <summary>Ports or addresses of one device.</summary>
/// <param name="First">The first.</param>
/// <param name="Length">How many.</param>
/// <param name="Kind">0 to 7: which code the device has.</param>
/// <param name="Salt">Part of its answers.</param>
internal readonly record struct LoopRange(ulong First, ulong Length, uint Kind, ulong Salt);
