using VmmEngine.Bus;
using VmmEngine.Guests;
using VmmEngine.Guests.BuiltIn;
using VmmEngine.Loaders;
using VmmEngine.Tests.Loaders;
using VmmEngine.Tests.Shared;
using Xunit;

namespace VmmEngine.Tests.Guests;

public sealed unsafe class BuiltInGuestTests
{
    [Fact]
    public void ItsCodeIsWhatItsProgramAssemblesTo()
    {
        string path = Path.Combine(RepositoryRoot.Folder, "src/VmmEngine/Guests/BuiltInGuestCode.cs");
        string text = GuestListing.Write(BuiltInGuestProgram.Assemble(), BuiltInGuestLayout.Image);
        if (Environment.GetEnvironmentVariable("VMMENGINE_UPDATE") == "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.Equal(text, File.ReadAllText(path));
    }

    [Fact]
    public void ItsImageEndsBeforeItsWorkingMemory() =>
        Assert.True(BuiltInGuestLayout.Image + BuiltInGuestCode.Bytes.Length <= BuiltInGuestLayout.Work);

    [Fact]
    public void ItsTextsSayItsNumbers()
    {
        Assert.StartsWith($"{BuiltInGuestLayout.Ticks} ", BuiltInGuestTexts.Ticks, StringComparison.Ordinal);
        Assert.Contains($" {BuiltInGuestLayout.Pieces} ", BuiltInGuestTexts.WorkedAlone, StringComparison.Ordinal);
        Assert.Contains($" {BuiltInGuestLayout.Pieces} ", BuiltInGuestTexts.WorkedTogether, StringComparison.Ordinal);
        Assert.EndsWith($"Checksum {BuiltInGuest.Checksum:X16}.\r\n", BuiltInGuest.Console(2), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(16, 2)]
    public void ItUsesUpToTwoVcpus(int vcpus, int used)
    {
        EntryState[] entries = BuiltInGuest.Load(new ArrayTarget(), vcpus);
        Assert.Equal(used, entries.Length);
        Assert.All(entries, entry => Assert.Equal((ulong)used, entry.Registers.General[7]));
        Assert.Equal(used, entries.Select(entry => entry.Registers.Rip).Distinct().Count());
        Assert.Equal(used, entries.Select(entry => entry.Registers.General[4]).Distinct().Count());
    }

    [Fact]
    public void TooLittleMemoryIsSaid() => Assert.Throws<LoadException>(() => BuiltInGuest.Load(new ArrayTarget(1 << 20), 1));

    [Fact]
    public void ItsDeviceMixesWholeOperandsOnly()
    {
        DeviceBus bus = new();
        TestRegisters device = BuiltInGuest.AttachDevice(bus);
        ulong address = BuiltInGuestLayout.Device;
        Assert.True(bus.TryReadMmio(address, 8, out ulong identification));
        Assert.Equal(TestRegisters.Identification, identification);
        Assert.True(bus.TryReadMmio(address + 4, 4, out ulong upper));
        Assert.Equal(TestRegisters.Identification >> 32, upper);
        bus.TryWriteMmio(address + 8, 8, 5);
        bus.TryWriteMmio(address + 8, 4, 9);
        bus.TryWriteMmio(address + 8, 8, 1);
        bus.TryReadMmio(address + 16, 8, out ulong state);
        Assert.Equal((5ul << 7) + 1, state);
        Assert.Null(device.Result);
        bus.TryWriteMmio(address + 24, 8, 7);
        Assert.Equal(7ul, device.Result);
    }
}
