using VmmEngine.Platform;
using Xunit;

namespace VmmEngine.Tests.Platform;

public sealed unsafe class HpetTests : IDisposable
{
    private const uint Configuration = 0x10;
    private const uint Status = 0x20;
    private const uint Counter = 0xF0;
    private const uint Timer0 = 0x100;
    private const uint Timer3 = 0x160;
    private const uint Comparator = 8;
    private const uint Message = 16;
    private const ulong Interrupts = 1 << 2;
    private const ulong Periodic = 1 << 3;
    private const ulong Level = 1 << 1;
    private const ulong SetsComparator = 1 << 6;
    private const ulong Pin24 = 24 << 9;
    private const ulong Messages = 1 << 14;

    // 2^24 counts a second, so so many are a whole number of nanoseconds.
    private const uint Counts = 1 << 15;
    private const ulong Nanoseconds = 1_953_125;

    private readonly InstructionClock _clock = new();
    private readonly PcIrqchip _irqchip;
    private readonly LocalApic _apic;
    private readonly Hpet _hpet;

    public HpetTests()
    {
        _irqchip = new PcIrqchip(1, _clock, new FakeApicHost());
        _apic = _irqchip.Apics.Add(0, null);
        _apic.Write(0xF0, 4, 0x1FF);
        _hpet = new Hpet(_clock, _irqchip);
        Redirect(0x50);
    }

    public void Dispose() => _clock.Dispose();

    [Fact]
    public void ItSaysWhatItIs()
    {
        Assert.Equal(0x8086_0701u, (uint)_hpet.Read(0, 4));
        Assert.Equal(59_604_644UL, _hpet.Read(4, 4)); // femtoseconds
        Assert.Equal(0xFF00_0000_0000_8010UL, _hpet.Read(Timer0, 8));
        Assert.Equal(0UL, _hpet.Read(Timer0, 2));
        Assert.Equal(0UL, _hpet.Read(Timer0 + 2, 4));
        Assert.Equal(0UL, _hpet.Read(0x3F8, 8));
    }

    [Fact]
    public void ItCountsWhileItIsEnabled()
    {
        _clock.Advance(Nanoseconds);
        Assert.Equal(0UL, _hpet.Read(Counter, 4));
        _hpet.Write(Configuration, 4, 1);
        _clock.Advance(Nanoseconds);
        Assert.Equal((ulong)Counts, _hpet.Read(Counter, 8));
        _hpet.Write(Configuration, 4, 0);
        _clock.Advance(Nanoseconds);
        Assert.Equal((ulong)Counts, _hpet.Read(Counter, 4));
        _hpet.Write(Counter, 4, uint.MaxValue);
        _hpet.Write(Configuration, 4, 1);
        _clock.Advance(Nanoseconds);
        Assert.Equal((ulong)Counts - 1, _hpet.Read(Counter, 8)); // 32 bits
    }

    [Fact]
    public void AOneShotFiresOnceInARoundOfTheCounter()
    {
        Arm(Timer0, Interrupts | Pin24, Counts);
        _clock.Advance(Nanoseconds - 1);
        Assert.False(_apic.HasInterrupt());
        _clock.Advance(1);
        Take();
        _clock.Advance(100 * Nanoseconds);
        Assert.False(_apic.HasInterrupt());
        _clock.Advance(256_000_000_000);
        Take();
    }

    [Fact]
    public void APeriodicOneKeepsItsPeriod()
    {
        _hpet.Write(Timer0, 4, Interrupts | Periodic | SetsComparator | Pin24);
        _hpet.Write(Timer0 + Comparator, 4, 2 * Counts);
        _hpet.Write(Timer0 + Comparator, 4, Counts);
        _hpet.Write(Configuration, 4, 1);
        _clock.Advance(2 * Nanoseconds);
        for (int i = 0; i < 5; i++)
        {
            Take();
            _clock.Advance(Nanoseconds - 1);
            Assert.False(_apic.HasInterrupt());
            _clock.Advance(1);
        }

        Assert.Equal(8UL * Counts, _hpet.Read(Timer0 + Comparator, 4));
    }

    [Fact]
    public void ALevelStaysUntilItsStatusIsCleared()
    {
        Redirect(0x50 | 0x8000);
        Arm(Timer3, Interrupts | Level | Pin24, Counts);
        _clock.Advance(Nanoseconds);
        Assert.Equal(8UL, _hpet.Read(Status, 4));
        Take();
        Take(); // still asserted
        _hpet.Write(Status, 4, 8);
        Take(); // was under way
        Assert.False(_apic.HasInterrupt());
        Assert.Equal(0UL, _hpet.Read(Status, 8));
    }

    [Fact]
    public void AMessageGoesPastTheIoApic()
    {
        _hpet.Write(Timer0 + Message, 8, 0xFEE0_0000_0000_0061);
        Arm(Timer0, Interrupts | Messages, Counts);
        _clock.Advance(Nanoseconds);
        Assert.Equal(0x61, _apic.Acknowledge());
        _apic.Write(0xB0, 4, 0);
        _hpet.Write(Timer0 + Message, 8, 0xFEC0_0000_0000_0061); // no such message
        Arm(Timer0, Interrupts | Messages, 3 * Counts);
        _clock.Advance(3 * Nanoseconds);
        Assert.False(_apic.HasInterrupt());
    }

    [Fact]
    public void APinThatAComparatorHasNotIsNotTaken()
    {
        _hpet.Write(Timer0, 4, Pin24);
        _hpet.Write(Timer0, 4, 3 << 9);
        Assert.Equal(Pin24, _hpet.Read(Timer0, 4) & (31 << 9));
    }

    [Fact]
    public void AResetWithdrawsWhatIsAsserted()
    {
        Redirect(0x50 | 0x8000);
        Arm(Timer0, Interrupts | Level | Pin24, Counts);
        _clock.Advance(Nanoseconds);
        Take();
        _hpet.Reset();
        Take(); // sent before the reset
        Assert.False(_apic.HasInterrupt());
        Assert.Equal((0UL, 0UL), (_hpet.Read(Counter, 4), _hpet.Read(Configuration, 4)));
        Assert.Equal(VmClock.Never, _clock.NextDeadline);
    }

    [Fact]
    public void ThePowerManagementTimerCounts3579545ASecond()
    {
        AcpiPmTimer timer = new(_clock);
        _clock.Advance(1_000_000_000);
        Assert.Equal(3_579_545u, timer.Read(0x408, 4));
        Assert.Equal(3_579_545u >> 16, timer.Read(0x40A, 2));
        timer.Write(0x408, 4, 0);
        _clock.Advance(2_000_000_000_000);
        Assert.Equal(unchecked((uint)(3_579_545UL * 2001)), timer.Read(0x408, 4));
        timer.Reset();
        Assert.Equal(0u, timer.Read(0x408, 4));
    }

    private void Arm(uint timer, ulong configuration, uint comparator)
    {
        _hpet.Write(timer, 4, configuration);
        _hpet.Write(timer + Comparator, 4, comparator);
        _hpet.Write(Configuration, 4, 1);
    }

    private void Take()
    {
        Assert.Equal(0x50, _apic.Acknowledge());
        _apic.Write(0xB0, 4, 0);
    }

    private void Redirect(uint low)
    {
        _irqchip.IoApic.Write(0, 4, 0x10 + (2 * 24));
        _irqchip.IoApic.Write(0x10, 4, low);
    }
}
