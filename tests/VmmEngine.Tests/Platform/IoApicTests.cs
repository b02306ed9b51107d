using VmmEngine.Platform;
using Xunit;

namespace VmmEngine.Tests.Platform;

public sealed unsafe class IoApicTests : IDisposable
{
    private const uint Masked = 1 << 16;
    private const uint Level = 1 << 15;
    private const uint RemoteIrr = 1 << 14;

    private readonly InstructionClock _clock = new();
    private readonly FakeApicHost _host = new();
    private readonly PcIrqchip _irqchip;
    private readonly LocalApic _first;
    private readonly LocalApic _second;

    public IoApicTests()
    {
        _irqchip = new PcIrqchip(2, _clock, _host);
        _first = _irqchip.Apics.Add(0, null);
        _second = _irqchip.Apics.Add(1, null);
        _first.Write(0xF0, 4, 0x1FF);
        _second.Write(0xF0, 4, 0x1FF);
    }

    public void Dispose() => _clock.Dispose();

    [Fact]
    public void ItIsAnIoApicWith32MaskedPins()
    {
        Assert.Equal(0x001F_0011u, Read(1));
        for (uint pin = 0; pin < 32; pin++)
        {
            Assert.Equal(Masked, Read(0x10 + (2 * pin)));
        }

        Write(0, uint.MaxValue);
        Assert.Equal(0x0F00_0000u, Read(0));
        Write(0x10, uint.MaxValue);
        Assert.Equal(0x1_AFFFu, Read(0x10)); // remote IRR and delivery status are not the guest's
        Assert.Equal(0u, _irqchip.IoApic.Read(0x10, 1));
        Assert.Equal(0u, Read(0x50));
    }

    [Fact]
    public void AnEdgeIsOneInterruptAndIsLostWhileMasked()
    {
        Redirect(5, 0x45, destination: 1);
        _irqchip.SetIoApicPin(5, asserted: true);
        Assert.Equal(0x45, _second.Acknowledge());
        _irqchip.SetIoApicPin(5, asserted: true); // a second source
        _irqchip.SetIoApicPin(5, asserted: false);
        _second.Write(0xB0, 4, 0);
        Assert.False(_second.HasInterrupt());
        _irqchip.SetIoApicPin(5, asserted: false);
        Redirect(5, 0x45 | Masked, destination: 1);
        _irqchip.SetIoApicPin(5, asserted: true);
        Redirect(5, 0x45, destination: 1);
        Assert.False(_second.HasInterrupt());
        Assert.False(_first.HasInterrupt());
    }

    [Fact]
    public void ALevelComesBackUntilItIsWithdrawn()
    {
        _irqchip.SetIoApicPin(7, asserted: true);
        Redirect(7, 0x47 | Level, destination: 0); // asserted already: the write sends it
        Assert.Equal(0x47u | Level | RemoteIrr, Read(0x10 + 14));
        Assert.Equal(0x47, _first.Acknowledge());
        _irqchip.SetIoApicPin(7, asserted: true);
        Assert.False(_first.HasInterrupt()); // one at a time
        _first.Write(0xB0, 4, 0);
        Assert.Equal(0x47, _first.Acknowledge());
        _irqchip.SetIoApicPin(7, asserted: false);
        _irqchip.SetIoApicPin(7, asserted: false);
        _first.Write(0xB0, 4, 0);
        Assert.False(_first.HasInterrupt());
        Assert.Equal(0x47u | Level, Read(0x10 + 14));
    }

    [Fact]
    public void ACountBelowZeroHasToBeMadeUpFor()
    {
        Redirect(9, 0x49, destination: 0);
        _irqchip.SetIoApicPin(9, asserted: false);
        _irqchip.SetIoApicPin(9, asserted: true);
        Assert.False(_first.HasInterrupt());
        _irqchip.SetIoApicPin(9, asserted: true);
        Assert.Equal(0x49, _first.Acknowledge());
    }

    [Fact]
    public void DevicesLinesEndAtBothControllers()
    {
        Redirect(2, 0x32, destination: 0);
        Redirect(4, 0x34, destination: 0);
        _irqchip.SetLine(0, asserted: true); // the timer has pin 2
        _irqchip.SetLine(4, asserted: true);
        Assert.Equal(0x34, _first.Acknowledge());
        _first.Write(0xB0, 4, 0);
        Assert.Equal(0x32, _first.Acknowledge());
    }

    [Fact]
    public void The8259sReachWhoListensAtLint0()
    {
        Initialize8259();
        _second.Write(0xF0, 4, 0x1FF);
        _irqchip.SetLine(4, asserted: true);
        Assert.False(_irqchip.HasInterrupt(1)); // its LINT0 is masked
        Assert.True(_irqchip.HasInterrupt(0));
        Assert.Equal(0x24, _irqchip.Acknowledge(0));
        Assert.False(_irqchip.HasInterrupt(0));

        _first.Write(0x350, 4, Masked);
        _second.Write(0x350, 4, 0x700);
        _irqchip.SetLine(4, asserted: false);
        _irqchip.Pic.WriteCommand(master: true, 0x20);
        _irqchip.SetLine(4, asserted: true);
        Assert.False(_irqchip.HasInterrupt(0));
        Assert.Equal(0x24, _irqchip.Acknowledge(1));
    }

    [Theory]
    [InlineData(0xFEE0_0000UL, 0x51UL, true, false)]
    [InlineData(0xFEE0_1000UL, 0x51UL, false, true)]
    [InlineData(0xFEEF_F000UL, 0x51UL, true, true)]
    [InlineData(0xFEE0_3004UL, 0x51UL, false, false)] // physical without the hint: there is no vCPU 3
    [InlineData(0xFEE0_300CUL, 0x51UL, true, true)]
    [InlineData(0xFEE0_300CUL, 0x151UL, true, false)]
    [InlineData(0xFEE0_0000UL, 0x551UL, false, false)]
    public void MessagesAreReadAsTheirFormatSays(ulong address, ulong data, bool first, bool second)
    {
        _first.Write(0xD0, 4, 1 << 24);
        _second.Write(0xD0, 4, 2 << 24);
        _irqchip.SendMsi(address, data);
        Assert.Equal((first, second), (_first.HasInterrupt(), _second.HasInterrupt()));
    }

    [Fact]
    public void WhoIsNotPartOfTheGuestGetsNothing()
    {
        _host.Active = 1;
        _irqchip.SendMsi(0xFEE0_1000, 0x51);
        Assert.False(_second.HasInterrupt());
        _irqchip.RaiseVector(1, 0x51); // by its number all the same
        Assert.True(_second.HasInterrupt());
    }

    [Fact]
    public void AResetMasksEverything()
    {
        Redirect(3, 0x33, destination: 0);
        _irqchip.Reset();
        Assert.Equal(Masked, Read(0x16));
        _irqchip.SetIoApicPin(3, asserted: true);
        Assert.False(_first.HasInterrupt());
    }

    private uint Read(uint register)
    {
        _irqchip.IoApic.Write(0, 4, register);
        return (uint)_irqchip.IoApic.Read(0x10, 4);
    }

    private void Write(uint register, uint value)
    {
        _irqchip.IoApic.Write(0, 4, register);
        _irqchip.IoApic.Write(0x10, 4, value);
    }

    private void Redirect(uint pin, uint low, uint destination)
    {
        Write(0x11 + (2 * pin), destination << 24);
        Write(0x10 + (2 * pin), low);
    }

    private void Initialize8259()
    {
        foreach (byte value in (ReadOnlySpan<byte>)[0x20, 0x04, 0x01])
        {
            if (value == 0x20)
            {
                _irqchip.Pic.WriteCommand(master: true, 0x11);
            }

            _irqchip.Pic.WriteData(master: true, value);
        }
    }
}
