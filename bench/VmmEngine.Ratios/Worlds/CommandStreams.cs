using Words = VmmEngine.Ratios.Generated.LockedCommandWords;

namespace VmmEngine.Ratios.Worlds;

/// <summary>The sequences that the benchmarks run. Random ones are the same in every run.</summary>
internal static class CommandStreams
{
    private const int Length = 16 * 1024;
    private const int Seed = 20260101;

    // What a front end asks for again and again while its guest runs: running it, interrupts, register access after an exit,
    // address translation, a look at the memory map.
    private static readonly uint[] Hot =
    [
        Words.VM_RUN, Words.VM_LAPIC_MSI, Words.VM_LAPIC_IRQ, Words.VM_LAPIC_LOCAL_IRQ, Words.VM_IOAPIC_PULSE_IRQ, Words.VM_ISA_PULSE_IRQ,
        Words.VM_GET_REGISTER, Words.VM_SET_REGISTER, Words.VM_GET_REGISTER_SET, Words.VM_INJECT_EXCEPTION, Words.VM_GLA2GPA_NOFAULT,
        Words.VM_MMAP_GETNEXT,
    ];

    /// <summary>The 68 command words, in table order.</summary>
    public static IReadOnlyList<uint> All { get; } = [.. Generated.LockedCommandTable.Rows.Select(row => row.Value).OfType<uint>()];

    /// <summary>Eight commands in turn.</summary>
    public static IReadOnlyList<uint> Predictable => Repeat(Hot.AsSpan(0, 8));

    /// <summary>All 68 commands.</summary>
    public static IReadOnlyList<uint> Random => Shuffle([.. All]);

    /// <summary>The twelve hot commands.</summary>
    public static IReadOnlyList<uint> HotMix => Shuffle(Hot);

    /// <summary>Words that name no command: retired numbers, a known number with another size, another group.</summary>
    public static IReadOnlyList<uint> Unknown => Repeat([0x40047600, 0x8018760A, 0xC018760B, 0x80047601, 0x80107615, 0xC0185602, 0x80047666, 0x2000762F]);

    /// <summary>The same command again and again.</summary>
    public static IReadOnlyList<uint> Only(uint command) => Repeat([command]);

    private static uint[] Repeat(ReadOnlySpan<uint> pattern)
    {
        uint[] commands = new uint[Length];
        for (int i = 0; i < Length; i++)
        {
            commands[i] = pattern[i % pattern.Length];
        }

        return commands;
    }

    private static uint[] Shuffle(ReadOnlySpan<uint> choices) => new Random(Seed).GetItems(choices, Length);
}
