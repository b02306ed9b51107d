using VmmEngine.Platform;
using Xunit;

namespace VmmEngine.Tests.Platform;

public sealed class Uart16550Tests
{
    private readonly RecordingLines _lines = new();
    private readonly LimitedSink _sink = new();
    private readonly Uart16550 _uart;

    public Uart16550Tests() => _uart = new Uart16550(0x3F8, 4, _lines, _sink);

    [Fact]
    public void WhatTheGuestSendsReachesTheSink()
    {
        foreach (byte value in "hello"u8)
        {
            Assert.Equal(0x60, Read(5));
            Write(0, value);
        }

        Assert.Equal("hello"u8.ToArray(), _sink.Taken);
    }

    [Fact]
    public void AFullSinkHoldsTheTransmitterUntilThereIsRoom()
    {
        _sink.Room = 1;
        Write(2, 0x01);
        Write(4, 0x08);
        Write(1, 0x02);
        Assert.Equal(0xC2, Read(2));
        Write(0, 'a');
        Assert.Equal(0x60, Read(5));
        Write(0, 'b');
        Write(0, 'c');
        Assert.Equal(0x00, Read(5));
        Assert.Equal(0xC1, Read(2) | 0xC0);
        _sink.Grow(10);
        Assert.Equal(0x60, Read(5));
        Assert.Equal("abc"u8.ToArray(), _sink.Taken);
        Assert.True(_lines.Levels[4]);
        Assert.Equal(0xC2, Read(2));
        Assert.False(_lines.Levels[4]);
    }

    [Fact]
    public void WhatTheHostHandsInIsReadInOrder()
    {
        byte[] text = [.. Enumerable.Range(0, 200).Select(i => (byte)i)];
        Assert.Equal(200, _uart.Receive(text));
        List<byte> read = [];
        while ((Read(5) & 1) != 0)
        {
            read.Add((byte)Read(0));
        }

        Assert.Equal(text, read);
    }

    [Fact]
    public void InputHasALimitAndIsNotLost()
    {
        int taken = _uart.Receive(new byte[10_000]);
        Assert.InRange(taken, 4096, 4097);
        Assert.InRange(_uart.Receive([1]), 0, 1);
        for (int i = 0; i < 100; i++)
        {
            Read(0);
        }

        Assert.Equal(50, _uart.Receive(new byte[50]));
    }

    [Fact]
    public void ReceivedDataInterruptsThroughOutput2()
    {
        Write(1, 0x01);
        _uart.Receive("x"u8);
        Assert.False(_lines.Levels[4]);
        Write(4, 0x08);
        Assert.True(_lines.Levels[4]);
        Assert.Equal(0x04, Read(2));
        Assert.Equal('x', Read(0));
        Assert.False(_lines.Levels[4]);
        Assert.Equal(0x01, Read(2));
    }

    [Fact]
    public void TheFifosTriggerLevelTellsDataFromTimeout()
    {
        Write(2, 0x81); // 8 characters
        Write(1, 0x01);
        _uart.Receive("1234567"u8);
        Assert.Equal(0xCC, Read(2));
        _uart.Receive("8"u8);
        Assert.Equal(0xC4, Read(2));
        Write(2, 0x83);
        Assert.Equal(0xC1, Read(2));
    }

    [Fact]
    public void LoopbackTurnsTheOutputsIntoInputs()
    {
        Write(4, 0x10);
        Write(0, 'L');
        Assert.Empty(_sink.Taken);
        Assert.Equal('L', Read(0));
        foreach ((int control, int status) in new[] { (0x1F, 0xF0), (0x11, 0x20), (0x12, 0x10), (0x14, 0x40), (0x18, 0x80) })
        {
            Write(4, control);
            Assert.Equal(status, Read(6) & 0xF0);
            Assert.Equal(0, Read(6) & 0x0F);
        }

        Write(0, 'a');
        Write(0, 'b');
        Assert.Equal(0x02, Read(5) & 0x02); // overrun: one character fits without FIFOs
        Assert.Equal(0x00, Read(5) & 0x02);
    }

    [Fact]
    public void ModemChangesAreReportedOnce()
    {
        Write(1, 0x08);
        Write(4, 0x1F);
        Assert.Equal(0x01, Read(2)); // that it begins to ring is no change
        Write(4, 0x10);
        Assert.Equal(0x00, Read(2));
        Assert.Equal(0x0F, Read(6));
        Assert.Equal(0x01, Read(2));
    }

    [Fact]
    public void TheDivisorHidesBehindItsLatchBit()
    {
        Write(3, 0x83);
        Write(0, 0x34);
        Write(1, 0x12);
        Assert.Equal((0x34, 0x12), (Read(0), Read(1)));
        Write(3, 0x03);
        Assert.Equal(0, Read(1));
        Assert.Empty(_sink.Taken);
    }

    [Fact]
    public void TheScratchRegisterIsMemory()
    {
        Write(7, 0xA5);
        Assert.Equal(0xA5, Read(7));
        Assert.Equal(0xB0, Read(6));
    }

    private void Write(int register, int value) => _uart.Write((ushort)(0x3F8 + register), 1, (uint)value);

    private int Read(int register) => (int)_uart.Read((ushort)(0x3F8 + register), 1);

    private sealed class LimitedSink : SerialSink
    {
        public List<byte> Taken { get; } = [];

        public int Room { get; set; } = int.MaxValue;

        public void Grow(int room)
        {
            Room = room;
            OnReady();
        }

        public override bool TryWrite(byte value)
        {
            if (Room == 0)
            {
                return false;
            }

            Room--;
            Taken.Add(value);
            return true;
        }
    }
}
