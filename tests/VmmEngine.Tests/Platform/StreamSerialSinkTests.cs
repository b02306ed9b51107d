using VmmEngine.Platform;
using Xunit;

namespace VmmEngine.Tests.Platform;

public sealed class StreamSerialSinkTests
{
    [Fact]
    public void EverythingIsWrittenInOrder()
    {
        using MemoryStream stream = new();
        byte[] sent = new byte[1_000_000];
        new Random(1).NextBytes(sent);
        StreamSerialSink sink = new(stream);
        Uart16550 uart = new(0x3F8, 4, new RecordingLines(), sink);
        foreach (byte value in sent)
        {
            while ((uart.Read(0x3FD, 1) & 0x20) == 0)
            {
                Thread.Yield();
            }

            uart.Write(0x3F8, 1, value);
        }

        while ((uart.Read(0x3FD, 1) & 0x20) == 0)
        {
            Thread.Yield();
        }

        sink.Dispose();
        Assert.Null(sink.Error);
        Assert.Equal(sent, stream.ToArray());
    }

    [Fact]
    public void ABrokenStreamIsNamedAndStopsNobody()
    {
        StreamSerialSink sink = new(new BrokenStream());
        for (int i = 0; i < 200_000; i++)
        {
            SpinWait.SpinUntil(() => sink.TryWrite(1));
        }

        sink.Dispose();
        Assert.IsType<IOException>(sink.Error);
    }

    [Fact]
    public void WhatIsSentBeforeAStreamIsAttachedIsLostAndTheRestIsThereAfterAFlush()
    {
        using MemoryStream first = new();
        using MemoryStream second = new();
        using StreamSerialSink sink = new();
        Uart16550 uart = new(0x3F8, 4, new RecordingLines(), sink);

        uart.Write(0x3F8, 1, 'a');
        sink.Attach(first);
        for (int round = 0; round < 1000; round++)
        {
            uart.Write(0x3F8, 1, 'b');
            sink.Flush();
            Assert.Equal(round + 1, first.Length);
        }

        sink.Attach(second);
        uart.Write(0x3F8, 1, 'c');
        sink.Flush();

        Assert.Equal(1000, first.Length);
        Assert.Equal("c"u8, second.ToArray());
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("broken pipe");
    }
}
