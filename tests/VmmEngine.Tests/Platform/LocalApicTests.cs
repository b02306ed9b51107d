using VmmEngine.Platform;
using VmmEngine.Snapshots;
using Xunit;

namespace VmmEngine.Tests.Platform;

public sealed unsafe class LocalApicTests : IDisposable
{
    private const uint Tpr = 0x80;
    private const uint Ppr = 0xA0;
    private const uint Eoi = 0xB0;
    private const uint Ldr = 0xD0;
    private const uint Dfr = 0xE0;
    private const uint Svr = 0xF0;
    private const uint Isr = 0x100;
    private const uint Irr = 0x200;
    private const uint Esr = 0x280;
    private const uint IcrLow = 0x300;
    private const uint IcrHigh = 0x310;
    private const uint Timer = 0x320;
    private const uint Lint0 = 0x350;
    private const uint Lint1 = 0x360;
    private const uint Error = 0x370;
    private const uint InitialCount = 0x380;
    private const uint CurrentCount = 0x390;
    private const uint Divide = 0x3E0;
    private const uint DivideBy1 = 0xB;

    private readonly InstructionClock _clock = new();
    private readonly FakeApicHost _host = new();
    private readonly PcIrqchip _irqchip;
    private readonly LocalApic[] _apics;

    public LocalApicTests()
    {
        _irqchip = new PcIrqchip(20, _clock, _host);
        _apics = [.. Enumerable.Range(0, 20).Select(id => _irqchip.Apics.Add(id, null))];
        _host.Counter = () => _clock.Now + 1_000_000;
        foreach (LocalApic apic in _apics)
        {
            Write(apic, Svr, 0x1FF);
        }
    }

    private LocalApic First => _apics[0];

    public void Dispose() => _clock.Dispose();

    [Fact]
    public void AfterPowerOnItIsThereAndTakesNothing()
    {
        LocalApic apic = new PcIrqchip(2, _clock, _host).Apics.Add(1, null);
        Assert.Equal(1u << 24, apic.Read(0x20));
        Assert.Equal(0x0006_0014u, apic.Read(0x30));
        Assert.Equal(0xFFu, apic.Read(Svr));
        Assert.Equal(0x1_0000u, apic.Read(Lint0));
        apic.Post(0x40, isLevel: false);
        Assert.False(apic.HasInterrupt());
    }

    [Fact]
    public void TheMostUrgentVectorComesFirstAndHoldsBackItsClass()
    {
        First.Post(0x31, isLevel: false);
        First.Post(0x52, isLevel: false);
        Assert.Equal(0x52, First.Acknowledge());
        Assert.Equal(0x50u, First.Read(Ppr));
        Assert.Equal(1u << 0x12, First.Read(Isr + 0x20));
        First.Post(0x5F, isLevel: false);
        Assert.Equal(-1, First.Acknowledge()); // the same class waits
        First.Post(0x60, isLevel: false);
        Assert.Equal(0x60, First.Acknowledge());
        Write(First, Eoi, 0);
        Write(First, Eoi, 0);
        Assert.Equal(0x5F, First.Acknowledge());
        Write(First, Eoi, 0);
        Assert.Equal(0x31, First.Acknowledge());
        Assert.Equal(-1, First.Acknowledge());
        Assert.Equal(0u, First.Read(Irr + 0x10));
    }

    [Fact]
    public void TheTaskPriorityHoldsBackAndItsLoweringIsAnnounced()
    {
        Write(First, Tpr, 0x40);
        First.Post(0x4F, isLevel: false);
        Assert.False(First.HasInterrupt());
        int before = _host.NotifiedOf(0);
        Write(First, Tpr, 0x3F);
        Assert.True(_host.NotifiedOf(0) > before);
        Assert.Equal(0x4F, First.Acknowledge());
        Assert.Equal(0x40u, First.Read(Ppr));
    }

    [Theory]
    [InlineData(0x000, 3u, false, new[] { 3 })]
    [InlineData(0x000, 0xFFu, false, new[] { 0, 1, 2, 3, 4 })]
    [InlineData(0x800, 0x05u, false, new[] { 0, 2 })]
    [InlineData(0x800, 0x11u, true, new[] { 0 })]
    [InlineData(0x800, 0x1Fu, true, new[] { 0, 1 })]
    [InlineData(0x800, 0xF1u, true, new[] { 0, 2, 4 })]
    [InlineData(0x4_0000, 0u, false, new[] { 0 })]
    [InlineData(0x8_0000, 0u, false, new[] { 0, 1, 2, 3, 4 })]
    [InlineData(0xC_0000, 0u, false, new[] { 1, 2, 3, 4 })]
    [InlineData(0x900, 0x06u, false, new[] { 2 })] // lowest priority: vCPU 1 has a higher one
    public void CommandsReachWhomTheyMean(int low, uint destination, bool cluster, int[] reached)
    {
        _host.Active = 0b1_1111;
        for (int id = 0; id < 5; id++)
        {
            Write(_apics[id], Dfr, cluster ? 0x0FFF_FFFF : uint.MaxValue);
            uint logical = cluster ? (((uint)id / 2) + 1) << 4 | 1u << (id % 2) : 1u << id;
            Write(_apics[id], Ldr, logical << 24);
        }

        Write(_apics[1], Tpr, 0x20);
        Write(First, IcrHigh, destination << 24);
        Write(First, IcrLow, (uint)low | 0x61);
        Assert.Equal(reached, Enumerable.Range(0, 20).Where(id => _apics[id].HasInterrupt()));
    }

    [Fact]
    public void InX2ApicModeRegistersAreMsrsAndIdsAreWide()
    {
        Assert.False(First.TryReadMsr(0x802, out _));
        Assert.False(First.TryWriteBase(LocalApic.Page | 0xD00)); // not offered
        _apics[17].SetX2Apic(enabled: true);
        Assert.True(_apics[17].TryReadMsr(0x802, out ulong id));
        Assert.True(_apics[17].TryReadMsr(0x80D, out ulong logical));
        Assert.Equal((17UL, 0x1_0002UL), (id, logical));
        Assert.Equal(0u, _apics[17].Read(0x20)); // no page
        Assert.False(_apics[17].TryWriteBase(LocalApic.Page | 0x800)); // not straight back
        Assert.False(_apics[17].TryWriteBase(0xFEC0_0C00));

        First.SetX2Apic(enabled: true);
        Assert.True(First.TryWriteMsr(0x80F, 0x1FF));
        Assert.True(_apics[17].TryWriteMsr(0x80F, 0x1FF));
        Assert.True(First.TryWriteMsr(0x830, 17UL << 32 | 0x77));
        Assert.Equal(0x77, _apics[17].Acknowledge());
        Assert.True(First.TryWriteMsr(0x830, 0x1_0002UL << 32 | 0x878));
        Assert.True(_apics[17].TryWriteMsr(0x80B, 0));
        Assert.Equal(0x78, _apics[17].Acknowledge());
        Assert.True(First.TryWriteMsr(0x83F, 0x79));
        Assert.Equal(0x79, First.Acknowledge());
        Assert.False(First.TryWriteMsr(0x80B, 1));
        Assert.False(First.TryWriteMsr(0x802, 1));
        Assert.False(First.TryReadMsr(0x80B, out _));
        Assert.False(First.TryReadMsr(0x831, out _));
        Assert.False(First.TryWriteMsr(0x808, 0x100));
    }

    /// <summary>A number that is no register's must not reach memory behind the registers. Intel SDM volume 3, table 12-6.</summary>
    [Fact]
    public void NoMsrButTheRegistersCanBeReadOrWritten()
    {
        uint[] readable =
        [
            0x802, 0x803, 0x808, 0x80A, 0x80D, 0x80F, .. Enumerable.Range(0x810, 24).Select(number => (uint)number), 0x828, 0x82F, 0x830,
            0x832, 0x833, 0x834, 0x835, 0x836, 0x837, 0x838, 0x839, 0x83E,
        ];
        uint[] writable = [0x808, 0x80B, 0x80F, 0x828, 0x82F, 0x830, 0x832, 0x833, 0x834, 0x835, 0x836, 0x837, 0x838, 0x83E, 0x83F];
        uint[] numbers = [.. Enumerable.Range(0, 0x2000).Select(number => (uint)number), .. Enumerable.Range(1, 0x1000).Select(number => 0u - (uint)number)];
        First.SetX2Apic(enabled: true);

        Assert.Equal(readable, numbers.Where(number => First.TryReadMsr(number, out _)));
        Assert.Equal(writable, numbers.Where(number => First.TryWriteMsr(number, 0)));
    }

    [Fact]
    public void TheTimerCountsOnceOrAgainAndAgain()
    {
        Write(First, Divide, DivideBy1);
        Write(First, Timer, 0x40);
        Write(First, InitialCount, 10_000);
        _clock.Advance(4_000);
        Assert.Equal(6_000u, First.Read(CurrentCount));
        Assert.False(First.HasInterrupt());
        _clock.Advance(6_000);
        Assert.Equal(0x40, First.Acknowledge());
        Assert.Equal(0u, First.Read(CurrentCount));
        Write(First, Eoi, 0);
        _clock.Advance(100_000);
        Assert.False(First.HasInterrupt());

        Write(First, Timer, 0x2_0041);
        Write(First, InitialCount, 10_000);
        for (int i = 0; i < 3; i++)
        {
            _clock.Advance(10_000);
            Assert.Equal(0x41, First.Acknowledge());
            Write(First, Eoi, 0);
        }

        Write(First, InitialCount, 0);
        _clock.Advance(100_000);
        Assert.False(First.HasInterrupt());
        Assert.Equal(VmClock.Never, _clock.NextDeadline);
    }

    [Theory]
    [InlineData(0x0u, 2u)]
    [InlineData(0x1u, 4u)]
    [InlineData(0x2u, 8u)]
    [InlineData(0x3u, 16u)]
    [InlineData(0x8u, 32u)]
    [InlineData(0x9u, 64u)]
    [InlineData(0xAu, 128u)]
    [InlineData(0xBu, 1u)]
    public void TheDividerIsWhatTheGuestChooses(uint register, uint divider)
    {
        Write(First, Divide, register);
        Write(First, InitialCount, 1_000_000);
        _clock.Advance(1_000 * divider);
        Assert.Equal(999_000u, First.Read(CurrentCount));
    }

    [Fact]
    public void ADeadlineIsATimeOfTheCounter()
    {
        Write(First, Timer, 0x4_0042);
        First.Deadline = _clock.Now + 1_000_000 + 5_000;
        Assert.NotEqual(0UL, First.Deadline);
        _clock.Advance(4_999);
        Assert.False(First.HasInterrupt());
        _clock.Advance(1);
        Assert.Equal(0x42, First.Acknowledge());
        Assert.Equal(0UL, First.Deadline);
        Write(First, InitialCount, 1); // has no effect in this mode
        First.Deadline = 1; // has passed long ago
        Write(First, Eoi, 0);
        _clock.Advance(1);
        Assert.Equal(0x42, First.Acknowledge());
        Write(First, Timer, 0x42);
        First.Deadline = ulong.MaxValue;
        Assert.Equal(0UL, First.Deadline);
    }

    /// <summary>Guests that want no interrupt give the greatest number that there is; it must not be one of the past when the APIC comes back from a snapshot.</summary>
    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(ulong.MaxValue / 2)]
    [InlineData(ulong.MaxValue / 3)]
    public void ADeadlineThatNobodyLivesToSeeSurvivesASnapshot(ulong deadline)
    {
        Write(First, Timer, 0x4_0042);
        First.Deadline = deadline;
        SnapshotWriter writer = new();
        First.Save(writer);
        First.Restore(new SnapshotReader("APIC", writer.Written.ToArray()));
        First.Resume();
        _clock.Advance(1_000_000);

        Assert.Equal(deadline, First.Deadline);
        Assert.False(First.HasInterrupt());
    }

    [Fact]
    public void PinsDoAsTheirEntriesSay()
    {
        Write(First, Lint1, 0x400);
        Assert.True(First.RaiseLocal(LocalVector.Lint1));
        Assert.Equal(1, _host.NmisOf(0));
        Write(First, Lint0, 0x55);
        Assert.True(First.RaiseLocal(LocalVector.Lint0));
        Assert.Equal(0x55, First.Acknowledge());
        Write(First, Lint0, 0x1_0055);
        Write(First, Eoi, 0);
        Assert.True(First.RaiseLocal(LocalVector.Lint0));
        Assert.False(First.HasInterrupt());
        Assert.False(First.RaiseLocal((LocalVector)7));
        Write(First, Svr, 0xFF);
        Assert.True(First.RaiseLocal((LocalVector)7));
        Assert.True(First.RaiseLocal(LocalVector.Lint1));
        Assert.Equal(2, _host.NmisOf(0));
        Write(First, Lint1, 0x400);
        Assert.Equal(0x1_0400u, First.Read(Lint1)); // an APIC that is off masks everything
    }

    [Fact]
    public void IllegalVectorsAndRegistersAreErrors()
    {
        Write(First, Error, 0x66);
        Write(First, IcrLow, 0x4_0005);
        Assert.Equal(0u, First.Read(Esr)); // not before it is written
        Write(First, Esr, 0);
        Assert.Equal(0x20u, First.Read(Esr));
        Assert.Equal(0x66, First.Acknowledge());
        Write(First, 0x3D0, 1);
        First.Post(3, isLevel: false);
        Write(First, Esr, 0);
        Assert.Equal(0xC0u, First.Read(Esr));
        Write(First, Error, 0x05); // the error's own vector is illegal: noted once, and no more
        First.Post(3, isLevel: false);
        Write(First, Esr, 0);
        Assert.Equal(0x40u, First.Read(Esr));
        Assert.False(First.Write(Tpr, 2, 0));
        Assert.False(First.Write(Tpr + 4, 4, 0));
    }

    [Fact]
    public void ProcessorsAreStartedByWhoeverTakesTheRequest()
    {
        _host.Active = 0b1;
        Write(First, IcrHigh, 3 << 24);
        Write(First, IcrLow, 0x4500);
        Assert.True(First.TryTakeStartup(out StartupRequest init));
        Assert.Equal(new StartupRequest(DeliveryMode.Init, 0, 0b1000, IsSingle: true), init);
        Assert.False(First.TryTakeStartup(out _));
        Write(First, IcrLow, 0x8500); // the de-assertion of old
        Assert.False(First.TryTakeStartup(out _));
        _host.Active = 0b111;
        Write(First, IcrLow, 0xC_4610);
        Assert.True(First.TryTakeStartup(out StartupRequest start));
        Assert.Equal(new StartupRequest(DeliveryMode.Startup, 0x10, 0b110, IsSingle: false), start);
    }

    [Fact]
    public void InitPutsTheRegistersBackWhenTheHolderLooks()
    {
        Write(_apics[1], Tpr, 0x30);
        _apics[1].PostInitialize();
        Assert.Equal(0x30u, _apics[1].Read(Tpr));
        _apics[1].TakeInitialize();
        Assert.Equal((0u, 0xFFu), (_apics[1].Read(Tpr), _apics[1].Read(Svr)));
    }

    private static void Write(LocalApic apic, uint offset, uint value) => Assert.True(apic.Write(offset, 4, value));
}
