using QRCoder;

namespace MfaGateway.Pages;

/// <summary>QR pictures made here, so that no secret goes to somebody else's server or needs a script.</summary>
public static class QrPictures
{
    private const int PixelsPerModule = 6;

    /// <summary>A PNG as a <c>data:</c> address, dark on white whatever the page's colours, with the quiet zone that readers need.</summary>
    public static string DataUrl(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var picture = new PngByteQRCode(data);
        return "data:image/png;base64," + Convert.ToBase64String(picture.GetGraphic(PixelsPerModule));
    }
}
