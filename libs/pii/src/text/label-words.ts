import type { PiiKind } from '../kind.ts';

/** What a word beside a number, or in the name of a field, says that it is. */
export type Meaning = PiiKind | 'OTHER_ID' | 'OTHER_DATE';

/**
 * Words and phrases by what they announce, in the languages that we know them in. OTHER_ID and OTHER_DATE are what
 * looks like personal data and is none.
 */
export const LABEL_WORDS: Readonly<Record<Meaning, string>> = {
  US_SSN: `ssn|ss no|ss number|soc sec|social|social security|social security number|social security no|socialsecurity
    |taxpayer identification|taxpayer identification number|seguro social|numero de seguro social|socsec`,
  EMAIL: 'email|e mail|mail|correo|courriel|email address|e mail address|mail address',
  PAYMENT_CARD: `card|credit card|debit card|card number|cardnumber|creditcard|cc|ccnum|pan|visa|mastercard|amex|american express
    |discover|diners|jcb|maestro|unionpay|kreditkarte|kartennummer|carte|carte bancaire|carte de credit|tarjeta|carta di credito
    |cartao|creditcard nummer|card no|cc number|payment card`,
  PHONE: `phone|telephone|tel|mobile|cell|cellphone|fax|call|dial|sms|whatsapp|hotline|landline|msisdn|ph|phone number|contact number
    |mobil|handy|telefon|telefonnummer|handynummer|rufnummer|festnetz|téléphone|telephone number|tél|portable|gsm
    |teléfono|telefono|móvil|movil|celular|cellulare|telefone|telemóvel|telefoon|mobiel|telefonnr|puhelin|telefonu|komórka|reach
    |телефон|тел|мобильный|τηλέφωνο|هاتف|جوال|फोन|फ़ोन|मोबाइल|text me|ring|phonenumber|mobilenumber|callback|tfno|tlf|tlfno|llame|llámame|appelez|appeler|anrufen|rückruf`,
  IBAN: 'iban|bank account|account iban|account|account number|account no|acct|bankverbindung|kontonummer',
  IPV4: 'ip|ipv4|ip address|ip addr|ipaddress|client ip|remote addr|source ip',
  IPV6: 'ipv6|ipv6 address',
  MAC_ADDRESS: 'mac|mac address|mac addr|macaddress|hwaddr|ethernet|bssid|hardware address',
  URL: 'url|uri|link|website|homepage|web site|site|href',
  US_ABA_ROUTING: `aba|routing|routing number|routing no|rtn|aba number|aba routing|routing transit|transit number|bank routing
    |wire routing|ach routing|ach|routingnumber|bank code`,
  US_NPI: `npi|national provider|national provider identifier|provider identifier|provider id|provider number|prescriber
    |rendering provider|billing provider|referring provider|provider|physician|npi number`,
  UK_NHS: 'nhs|nhs number|nhs no|nhs num|national health service|nhsnumber|health service number',
  PASSPORT: `passport|passport number|passport no|passportnumber|passport id|travel document|reisepass|reisepassnummer|passnummer|pass nr|passeport
    |numéro de passeport|pasaporte|passaporto|passaporte|paspoort|paspoortnummer|paszport|paszportu|pas|passi|pasaport|útlevél
    |паспорт|паспорта|загранпаспорт|διαβατήριο|جواز السفر|جواز|पासपोर्ट|passnr|passport nr|pasnummer`,
  DRIVERS_LICENSE: `license|cdl|driver s license|drivers license|driver license|driving license|driver s licence|drivers licence|driver licence
    |driving licence|driver s lic|drivers lic|driver lic|dl|dln|dl no|dl number|d l|license number|licence number|license no|licence no|driver s license number
    |drivers license number|driver license number|driving licence number|driverslicense|driverlicense|operator license|operator s license|licence
    |führerschein|führerscheinnummer|fuehrerschein|permis de conduire|permis|licencia de conducir|permiso de conducir|carnet de conducir|licencia
    |patente di guida|patente|carteira de motorista|cnh|carta de condução|rijbewijs|rijbewijsnummer|prawo jazdy|prawa jazdy|körkort|kørekort|førerkort
    |водительское удостоверение|водительского удостоверения|ehliyet|driver s permit|license id|dvla|driving permit|drivinglicence|drivinglicense`,
  US_ZIP: `zip|zip code|zipcode|postal code|postalcode|postcode|post code|zip postal|zip plus|código postal|codigo postal|mailing zip|code postal`,
  DATE_OF_BIRTH: `dob|date of birth|birth date|birthdate|birthday|born|born on|d o b|bday|birth|dateofbirth|b day|dob is
    |geburtsdatum|geboren|geboren am|geb|geburtstag|date de naissance|né|née|né le|née le|naissance|anniversaire
    |fecha de nacimiento|fecha nacimiento|fecha nac|fec nac|f nac|f nacimiento|dt nasc|data nasc|gebdat|geb datum|nacido|nacida|nacimiento|nació|cumpleaños|data di nascita|nato|nata|nato il|nata il|nascita
    |data de nascimento|nascido|nascida|nascimento|nasceu|geboortedatum|geboren op|data urodzenia|urodzony|urodzona|urodzenia
    |födelsedatum|född|fødselsdato|født|syntymäaika|syntynyt|doğum tarihi|дата рождения|родился|родилась|рождения
    |ημερομηνία γέννησης|تاريخ الميلاد|ولد|जन्म तिथि|जन्म|జన్మ|datum der geburt|f de nac|fecha de nac|date de naiss|data nașterii|születési idő|született`,
  CRYPTO_WALLET:
    'wallet|wallet address|btc|bitcoin|bitcoin address|eth|ethereum|ether|crypto|crypto address|ltc|litecoin|doge|dogecoin|solana|sol|xrp|tron',
  AGE: 'age|age years|patient age|age in years|alter|edad|âge|età|idade|leeftijd',
  POSTAL_ADDRESS: `address|street|street address|addr|address line|mailing address|home address|postal address|shipping address|billing address
    |residence|residential address|street name|address1|address2|adresse|anschrift|strasse|straße|dirección|direccion|indirizzo|endereço|adres|addressline`,
  PERSON_ID: `user id|userid|customer id|customerid|patient id|patientid|client id|clientid|member id|memberid|employee id|employeeid|person id|personid
    |subject id|student id|subscriber id|guest id|cardholder id|user identifier|customer number|customer no|kundennummer|uid`,
  OTHER_ID: `order|order number|order id|order no|invoice|tracking|tracking number|tracking no|part|part number|part no|sku|serial|serial number|serial no|model
    |ticket|case id|case number|case no|ref|reference|reference number|ref no|isbn|issn|imei|batch|lot|po|purchase order|build|commit|sha|md5|hash|uuid|guid|transaction
    |transaction id|txn|shipment|parcel|product|product id|product code|job|job id|request id|trace|trace id|session|session id|record id|article|asin|upc|ean|gtin|barcode
    |vin|confirmation|confirmation number|confirmation code|booking|policy number|policy no|badge|error|error code|port|pid|coordinates|lat|lon|lng|latitude
    |longitude|timestamp|epoch|ts|unix|unix time|version|ver|release|firmware|revision|rev|amount|total|price|balance|qty|quantity|license key|licence key|software license
    |license plate|business license|ein|vat|vat number|item|item number|item no|catalog|catalogue|sample|run id|event|event id|offset
    |message id|msg id|correlation id|id|count|rows|bytes|size|checksum|digest|pin|code|swift|bic|sort code|claim|claim number|claim no|meter|device id|asset|asset tag
    |bestellnummer|rechnung|rechnungsnummer|auftrag|commande|facture|pedido|factura|ordine|fattura|заказ|счет|score|distance|steps|user agent|library|package
    |dossier|numéro client|numéro de client|n client|kundennr|bestellnr|bestell nr|artikelnummer|artikelnr|art nr|materialnummer|mat nr
    |zählerstand|zählernummer|aktenzeichen|vorgangsnummer|vertragsnummer|vertragsnr|rechnungsnr|rechnungs nr|sendungsnummer|seriennummer|postfach
    |expediente|referencia|référence|referenz|albarán|localizador|numéro de série|número de serie|meeting id|reservation number|buchungsnummer
    |medical license|nursing license|state license|employer identification number|loan|contract|voucher|coupon|gift card number|seq|sequence`,
  OTHER_DATE: `created|created at|updated|updated at|modified|expires|expiry|expiration|exp|expiry date|expiration date|valid|valid until|valid through|valid from|issued
    |issue date|issued on|visit|visited|admitted|admission|discharged|discharge|appointment|scheduled|due|due date|order date|ordered|shipped|delivered|delivery|hired
    |hire date|joined|since|start date|started|end date|ended|signed|invoice date|payment date|paid|effective|registered|registration|seen|last seen|login|logged|meeting
    |deadline|launched|released|released on|release date|published|founded|established|died|deceased|death|gültig|gültig bis|ausgestellt|expire|caduca|valable|scadenza|enrolled|updated on
    |created on|married|graduated|dated|date of service|service date|test date|collected|collected on|as of|report date|version date|warranty|manufactured|mfg`,
};

/** Labels in scripts that put no space between words; they count wherever they stand. */
export const SPACELESS_LABELS: readonly (readonly [string, Meaning])[] = [
  ['电话', 'PHONE'],
  ['電話', 'PHONE'],
  ['手机', 'PHONE'],
  ['手機', 'PHONE'],
  ['携帯', 'PHONE'],
  ['联系方式', 'PHONE'],
  ['전화', 'PHONE'],
  ['휴대폰', 'PHONE'],
  ['연락처', 'PHONE'],
  ['โทร', 'PHONE'],
  ['护照', 'PASSPORT'],
  ['護照', 'PASSPORT'],
  ['パスポート', 'PASSPORT'],
  ['旅券', 'PASSPORT'],
  ['여권', 'PASSPORT'],
  ['驾照', 'DRIVERS_LICENSE'],
  ['驾驶证', 'DRIVERS_LICENSE'],
  ['運転免許', 'DRIVERS_LICENSE'],
  ['免許証', 'DRIVERS_LICENSE'],
  ['운전면허', 'DRIVERS_LICENSE'],
  ['出生', 'DATE_OF_BIRTH'],
  ['生日', 'DATE_OF_BIRTH'],
  ['生年月日', 'DATE_OF_BIRTH'],
  ['生まれ', 'DATE_OF_BIRTH'],
  ['誕生日', 'DATE_OF_BIRTH'],
  ['생년월일', 'DATE_OF_BIRTH'],
  ['생일', 'DATE_OF_BIRTH'],
  ['订单', 'OTHER_ID'],
  ['注文', 'OTHER_ID'],
];
