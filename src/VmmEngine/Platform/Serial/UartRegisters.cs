namespace VmmEngine.Platform;

/// <summary>Registers of the 16550A, as offsets from its first port, and their bits.</summary>
internal static class UartRegisters
{
    public const int Count = 8;

    /// <summary>Receive and transmit buffer; divisor latch, low byte.</summary>
    public const int Data = 0;

    /// <summary>Interrupt enable; divisor latch, high byte.</summary>
    public const int InterruptEnable = 1;

    /// <summary>Interrupt identification when read, FIFO control when written.</summary>
    public const int InterruptIdentification = 2;

    public const int LineControl = 3;
    public const int ModemControl = 4;
    public const int LineStatus = 5;
    public const int ModemStatus = 6;
    public const int Scratch = 7;

    public const byte EnableReceived = 0x01;
    public const byte EnableTransmitterEmpty = 0x02;
    public const byte EnableLineStatus = 0x04;
    public const byte EnableModemStatus = 0x08;

    public const byte IdentifyNone = 0x01;
    public const byte IdentifyModemStatus = 0x00;
    public const byte IdentifyTransmitterEmpty = 0x02;
    public const byte IdentifyReceived = 0x04;
    public const byte IdentifyLineStatus = 0x06;
    public const byte IdentifyTimeout = 0x0C;
    public const byte IdentifyFifos = 0xC0;

    public const byte FifoEnable = 0x01;
    public const byte FifoResetReceiver = 0x02;
    public const byte FifoResetTransmitter = 0x04;

    public const byte DivisorLatchAccess = 0x80;

    public const byte DataTerminalReady = 0x01;
    public const byte RequestToSend = 0x02;
    public const byte Output1 = 0x04;

    /// <summary>On a PC this output connects the interrupt line.</summary>
    public const byte Output2 = 0x08;

    public const byte Loopback = 0x10;

    public const byte DataReady = 0x01;
    public const byte Overrun = 0x02;
    public const byte LineErrors = 0x1E;
    public const byte TransmitterHoldingEmpty = 0x20;
    public const byte TransmitterEmpty = 0x40;

    public const byte ClearToSend = 0x10;
    public const byte DataSetReady = 0x20;
    public const byte RingIndicator = 0x40;
    public const byte CarrierDetect = 0x80;

    /// <summary>Modem status: what changed since the last read.</summary>
    public const byte ModemChanges = 0x0F;
}
