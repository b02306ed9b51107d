namespace VmmEngine.Guests;

/// <summary>Where the built-in guest has its things in guest-physical memory, which its page tables map where it is, and how much it works.</summary>
internal static class BuiltInGuestLayout
{
    public const uint Image = 0x10_0000;

    /// <summary>Memory from here on is zero at the start.</summary>
    public const uint Work = 0x11_0000;

    public const uint InterruptTable = Work;
    public const uint PageTableTop = Work + 0x1000;
    public const uint PageTablePointers = Work + 0x2000;
    public const uint FirstDirectory = Work + 0x3000;
    public const uint DeviceDirectory = Work + 0x4000;

    /// <summary>What the vCPUs share: one field a cache line, all of 8 bytes.</summary>
    public const uint Shared = Work + 0x5000;

    /// <summary>Tables are built: other vCPUs may use them.</summary>
    public const uint SharedReady = Shared;

    /// <summary>Timer interrupts so far.</summary>
    public const uint SharedTicks = Shared + 0x40;

    /// <summary>The number of the piece of work that is there to be done, from 1.</summary>
    public const uint SharedPosted = Shared + 0x80;

    /// <summary>The number of the piece that is done.</summary>
    public const uint SharedDone = Shared + 0xC0;

    /// <summary>What is to be worked on.</summary>
    public const uint SharedInput = Shared + 0x100;

    /// <summary>What came out.</summary>
    public const uint SharedOutput = Shared + 0x140;

    public const uint StackEnd0 = Work + 0x7000;
    public const uint StackEnd1 = Work + 0x8000;
    public const uint End = StackEnd1;

    /// <summary>The device that the runner attaches.</summary>
    public const uint Device = 0xD000_0000;

    public const int Ticks = 5;
    public const int TimerHertz = 100;
    public const int Pieces = 200;
    public const int Rounds = 16;
    public const ulong Seed = 0x9E37_79B9_7F4A_7C15;
    public const ulong Multiplier = 0x2545_F491_4F6C_DD1D;
    public const ulong Step = 0xD134_2543_DE82_EF95;

    /// <summary>Exit status: the checksum is done.</summary>
    public const byte StatusGood = 0;

    /// <summary>Exit status: what is at <see cref="Device"/> is something else.</summary>
    public const byte StatusNoDevice = 1;

    /// <summary>Exit status of an exception: this plus its vector.</summary>
    public const byte StatusException = 0x80;
}
