using System.Globalization;
using System.Numerics;
using VmmEngine.Bus;
using VmmEngine.Loaders;
using VmmEngine.Memory;
using static VmmEngine.Guests.BuiltInGuestLayout;

namespace VmmEngine.Guests;

/// <summary>
/// A small 64-bit guest that uses what a machine has: its own tables and paging, timer interrupts, a serial port, a device in memory, and two vCPUs
/// that hand work to each other. Its result is known beforehand.
/// </summary>
/// <remarks>
/// Its code is <c>BuiltInGuestCode</c>, assembled by tests/VmmEngine.Guests. It prints on COM1, leaves its checksum in <see cref="TestRegisters"/>, and
/// ends through the exit port (0xF4) with status 0. Status 1: the device is missing; 0x80 and more: an exception, 0x80 plus its vector.
/// </remarks>
public static class BuiltInGuest
{
    /// <summary>How many vCPUs it uses at most; any further ones stay off.</summary>
    public const int MaximumVcpus = 2;

    /// <summary>How many bytes of memory from address 0 it needs.</summary>
    public const ulong MemoryNeeded = 2 << 20;

    /// <summary>The exit status of success.</summary>
    public const uint ExitStatus = StatusGood;

    /// <summary>The checksum that it leaves as result, the same for any number of vCPUs.</summary>
    public static ulong Checksum { get; } = ComputeChecksum();

    /// <summary>Loads it.</summary>
    /// <param name="target">The guest's memory.</param>
    /// <param name="vcpus">How many vCPUs the machine has, at least 1.</param>
    /// <returns>The registers of vCPU 0 and, if there is one, vCPU 1.</returns>
    /// <exception cref="LoadException">There is too little memory.</exception>
    public static EntryState[] Load(LoadTarget target, int vcpus)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfLessThan(vcpus, 1);
        target.RequireMemory("The built-in guest", 0, MemoryNeeded);
        target.Write("The built-in guest", Image, BuiltInGuestCode.Bytes);
        target.Clear("The built-in guest's memory", Work, End - Work);

        FreeMemory free = new(target);
        free.Take(Image, End - Image);
        ulong pageTables = IdentityTables.Write(target, free);
        ulong used = (ulong)Math.Min(vcpus, MaximumVcpus);
        EntryState first = EntryStates.Long(Image + BuiltInGuestCode.Entry0, pageTables, StackEnd0, rdi: used);
        return used == 1
            ? [first]
            : [first, EntryStates.Long(Image + BuiltInGuestCode.Entry1, pageTables, StackEnd1, rdi: used, bootProcessor: false)];
    }

    /// <summary>Puts the device that it uses on a bus.</summary>
    public static TestRegisters AttachDevice(DeviceBus bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        TestRegisters device = new();
        bus.MapMmio(new Gpa(Device), TestRegisters.Length, device);
        return device;
    }

    /// <summary>What it prints on COM1, lines ended by CR and LF.</summary>
    /// <param name="vcpus">How many vCPUs the machine has.</param>
    public static string Console(int vcpus) =>
        BuiltInGuestTexts.Hello + BuiltInGuestTexts.Ticks + (vcpus == 1 ? BuiltInGuestTexts.WorkedAlone : BuiltInGuestTexts.WorkedTogether) +
        BuiltInGuestTexts.Checksum + Checksum.ToString("X16", CultureInfo.InvariantCulture) + BuiltInGuestTexts.End;

    // The guest's work, done by the host.
    private static ulong ComputeChecksum()
    {
        ulong input = Seed;
        ulong state = 0;
        ulong checksum = 0;
        for (int piece = 0; piece < Pieces; piece++)
        {
            ulong output = WorkOn(input);
            state = TestRegisters.Mix(state, output);
            checksum = BitOperations.RotateLeft(checksum, 5) ^ state;
            input += Step;
        }

        return checksum;
    }

    private static ulong WorkOn(ulong value)
    {
        for (int round = 0; round < Rounds; round++)
        {
            value ^= value << 13;
            value ^= value >> 7;
            value ^= value << 17;
        }

        return value * Multiplier;
    }
}
